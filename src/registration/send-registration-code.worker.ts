import type { Sealer } from "../keys/sealer.ts";
import { type Clock, SECOND } from "../kit/clock.ts";
import { callText } from "../messages/call-script.ts";
import type { CallTickets } from "../messages/call-ticket.ts";
import { besideCode, codeEmail, codeText } from "../messages/compose-message.ts";
import { DeliveryFailure, onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel, VoiceChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { SentCodes } from "../methods/sent-code.ts";
import { occasionOf } from "../resets/occasion.ts";
import { openOrigin } from "../resets/origin.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import { wayTo } from "./owner-act.ts";
import type { PendingContact, ReadPendingContact } from "./pending-contact.ts";

export interface SendRegistrationCodeDeps {
  readonly readPending: ReadPendingContact;
  readonly accounts: AccountStore;
  readonly throttle: ThrottleStore;
  readonly sentCodes: SentCodes;
  readonly tickets: CallTickets;
  readonly sealer: Sealer;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly voice: VoiceChannel;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly codeTtlSeconds: number;
  /** The host of PUBLIC_URL, for the last line of a text message. */
  readonly host: string;
}

type CodeJob = Extract<Job, { task: "send-registration-code" }>;
export type SendRegistrationCode = (job: CodeJob, attempt: number) => Promise<"sent" | "nothing-to-send" | "limited">;

/**
 * Sends the code that verifies an address or number being registered. A code whose challenge was replaced or used meanwhile is not sent.
 * @throws {DeliveryFailure} when the channel did not accept. A later attempt sends the same code: it is derived.
 */
export function createSendRegistrationCode(deps: SendRegistrationCodeDeps): SendRegistrationCode {
  return async (job, attempt) => {
    const pending = await deps.readPending(job.methodId, job.challengeId);
    const account = pending === null ? null : await deps.accounts.findById(pending.userId, "");
    if (pending === null || account === null || pending.expiresAt <= deps.clock.now()) {
      // After a failed attempt it was a message that somebody waited for: it is given up, and not in silence.
      if (attempt > 1) throw new DeliveryFailure("none", "outdated");
      return "nothing-to-send";
    }
    return onBehalfOf({ tenantId: account.tenant.id, userId: account.id }, async () => {
      if (await overLimit(deps, pending)) return "limited";
      await send(deps, job, pending, account);
      return "sent";
    });
  };
}

/**
 * Caps on the destination are silent, as for resets, and of a class of their own: what people register must not keep codes of resets from
 * the owner of a number, nor the other way about. The budget of all is that of whoever is signed in, which strangers cannot
 * use up (security.md H05, H06, H08).
 */
async function overLimit(
  { throttle, clock, limits, sealer, deliverable }: SendRegistrationCodeDeps,
  pending: PendingContact,
): Promise<boolean> {
  const now = clock.now();
  const passed = `send:${pending.challenge.challengeId}`;
  if (await throttle.used(passed, now)) return false;
  const { type, value } = pending;
  const caps = [
    { key: `sends:registration:${sealer.tag("destination", value)}`, limit: limits.sendsToDestination },
    ...(type === "email"
      ? []
      : [{ key: `sends:prefix:registration:${sealer.tag("prefix", value.slice(0, -4))}`, limit: limits.sendsToPrefix }]),
    ...(type === "email"
      ? []
      : [
          wayTo(type, deliverable) === "sms"
            ? { key: "sends:sms:signed-in", limit: limits.smsOfAll }
            : { key: "sends:calls:signed-in", limit: limits.callsOfAll },
        ]),
  ];
  // One after the other, the narrowest first: what it refuses must not spend the budget of others (attacks A77).
  for (const { key, limit } of caps) if (judge(await throttle.take(key, limit, now), limit, now).over) return true;
  await throttle.once(passed, pending.expiresAt, now);
  return false;
}

async function send(deps: SendRegistrationCodeDeps, job: CodeJob, pending: PendingContact, account: Account): Promise<void> {
  const { challenge, expiresAt, type, value: to } = pending;
  const occasion = besideCode(occasionOf(account, openOrigin(deps.sealer, job.originId, job.origin)));
  const code = deps.sentCodes.derive(challenge, expiresAt - deps.codeTtlSeconds * SECOND);
  const way = wayTo(type, deps.deliverable);
  if (way === "email") await deps.email.send(codeEmail(to, occasion, code, Math.round(deps.codeTtlSeconds / 60), "registration"));
  else if (way === "sms") await deps.text.send(codeText(to, occasion, code, deps.host, "registration"));
  else if (way === "voice") {
    const ticket = deps.tickets.issue({ challenge, expiresAt, language: occasion.language });
    await deps.voice.send({ to, ticket, text: callText(occasion, code, "registration") });
  }
}
