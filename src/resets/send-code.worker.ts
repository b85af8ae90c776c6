import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { codeEmail, codeText } from "../messages/compose-message.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { SentCodes } from "../methods/sent-code.ts";
import { judgeEligibility } from "../policy/eligibility.ts";
import { judge } from "../throttle/counter.ts";
import type { Limit, Limits } from "../throttle/limits.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { Contact, ContactStore } from "../users/contacts.ts";
import { flowAddress } from "./account-tag.ts";
import { occasionOf } from "./occasion.ts";
import { openOrigin } from "./origin.ts";
import type { ResetFlow } from "./reset-flow.ts";
import type { ResetStore } from "./reset-store.ts";
import type { SendNote } from "./send-note.worker.ts";

export interface SendCodeDeps {
  readonly store: ResetStore;
  readonly accounts: AccountStore;
  readonly contacts: ContactStore;
  readonly throttle: ThrottleStore;
  readonly sentCodes: SentCodes;
  readonly sealer: Sealer;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly sendNote: SendNote;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
  readonly codeTtlSeconds: number;
  /** The host of PUBLIC_URL, for the last line of a text message. */
  readonly host: string;
}

export type SendCode = (job: Extract<Job, { task: "send-code" }>, attempt: number) => Promise<"sent" | "nothing-to-send" | "limited">;

/**
 * The job of a challenge. Everything that depends on the person or the address happens here, after the answer: a decoy's job comes
 * here too, finds nothing to send, and may leave the note to somebody who cannot reset. Throws when the channel did not accept.
 */
export function createSendCode(deps: SendCodeDeps): SendCode {
  return async ({ flowId, challengeId }, attempt) => {
    const now = deps.clock.now();
    const address = flowAddress(flowId);
    const found = address === null ? null : await deps.store.peek(address, { now });
    if (found === null || found.outcome === "invalid") return "nothing-to-send";
    const { flow } = found;
    // Replaced, passed or expired meanwhile: its code would be refused, so it is not sent.
    if (flow.challenge?.id !== challengeId || flow.challenge.expiresAt <= now || flow.userId === undefined) return "nothing-to-send";
    const account = await deps.accounts.findById(flow.userId, "");
    if (account === null) return "nothing-to-send";
    const eligibility = judgeEligibility(account, { now, deliverable: deps.deliverable });
    if (flow.decoy || !eligibility.canReset) {
      if (eligibility.reason !== null) await deps.sendNote(account, eligibility.reason, openOrigin(deps.sealer, flowId, flow.origin));
      return "nothing-to-send";
    }
    const contact = await currentContact(deps, flow, account);
    if (contact === null) return "nothing-to-send";
    // A repeated attempt was counted the first time.
    if (attempt === 1 && (await overLimit(deps, contact))) return "limited";
    await send(deps, flow, account, contact, challengeId);
    return "sent";
  };
}

/** The value behind the challenge, if it is still the same one. */
async function currentContact({ contacts }: SendCodeDeps, flow: ResetFlow, account: Account): Promise<Contact | null> {
  const target = flow.challenge?.target;
  if (target === undefined) return null;
  const { all } = await contacts.contactsOf(account.id, null);
  return all.find((contact) => contact.methodId === target.id && contact.revision === target.revision) ?? null;
}

/** Caps on the destination are silent: the answer was given already, the same for everybody (contract, section 3). */
async function overLimit({ throttle, sealer, limits, clock }: SendCodeDeps, contact: Contact): Promise<boolean> {
  const now = clock.now();
  const takes: Promise<boolean>[] = [];
  const take = (key: string, limit: readonly Limit[]) =>
    takes.push(throttle.take(key, limit, now).then((windows) => judge(windows, limit, now).over));
  take(`sends:reset:${sealer.tag("destination", contact.value)}`, limits.sendsToDestination);
  if (contact.type !== "email") {
    take(`sends:prefix:${sealer.tag("prefix", contact.value.slice(0, -4))}`, limits.sendsToPrefix);
    take("sends:sms", limits.smsOfAll);
  }
  return (await Promise.all(takes)).some((over) => over);
}

async function send(deps: SendCodeDeps, flow: ResetFlow, account: Account, contact: Contact, challengeId: string): Promise<void> {
  const occasion = occasionOf(account, openOrigin(deps.sealer, flow.id, flow.origin));
  const code = deps.sentCodes.derive({ purpose: "reset", flowId: flow.id, challengeId });
  if (contact.type === "email") await deps.email.send(codeEmail(contact.value, occasion, code, Math.round(deps.codeTtlSeconds / 60)));
  else await deps.text.send(codeText(contact.value, occasion, code, deps.host));
}
