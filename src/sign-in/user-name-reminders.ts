import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import type { MessageQueue } from "../messages/message-queue.ts";
import { readContactMethod } from "../methods/contact-method.ts";
import { type Origin, sealOrigin } from "../resets/origin.ts";
import { admitCall } from "../throttle/anonymous-call.ts";
import type { Limits } from "../throttle/limits.ts";
import type { ProofOfWork } from "../throttle/proof-of-work.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";

export interface RemindUserNameDeps {
  readonly queue: MessageQueue;
  readonly throttle: ThrottleStore;
  readonly limits: Limits;
  readonly proofOfWork: ProofOfWork;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ReminderInput {
  readonly emailOrPhone: string;
  readonly proofOfWork?: string;
}

export type RemindUserName = (input: ReminderInput, origin: Origin) => Promise<void>;

/**
 * Asks for the user names that belong to an address. Whatever was typed becomes a job, of an address that nobody has, and of text that is
 * none; who has it is looked up by the worker, after the answer. So the answer and its work are the same for everybody (attacks A90).
 * @throws {Problem} `proof-of-work-required`, `too-many-attempts`
 */
export function createRemindUserName(deps: RemindUserNameDeps): RemindUserName {
  const { queue, sealer, clock, random } = deps;
  return async ({ emailOrPhone, proofOfWork }, origin) => {
    const now = clock.now();
    const call = { name: "reminders", ofSource: deps.limits.remindersOfSource, ofAll: deps.limits.remindersOfAll };
    await admitCall(deps, call, { address: origin.address, answer: proofOfWork, now });
    const { type, values } = readAddress(emailOrPhone.trim());
    const reminderId = newId(random);
    await queue.enqueue({
      task: "send-user-name",
      reminderId,
      type,
      valueTags: values.map((value) => sealer.tag(`method ${type}`, value)),
      origin: sealOrigin(sealer, reminderId, origin, now),
    });
  };
}

/**
 * An address as it may be stored. Of an email address also the one in small letters, since phones begin every field with a capital one;
 * two values in every case, so that a job tells nothing.
 */
function readAddress(text: string): { type: "email" | "mobilePhone"; values: [string, string] } {
  const phone = readContactMethod("mobilePhone", text);
  if (phone.ok) return { type: "mobilePhone", values: [phone.method.value, phone.method.value] };
  const email = readContactMethod("email", text);
  const value = email.ok ? email.method.value : text;
  return { type: "email", values: [value, value.toLowerCase()] };
}
