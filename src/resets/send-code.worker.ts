import type { Sealer } from "../keys/sealer.ts";
import { callText } from "../messages/call-script.ts";
import type { CallTickets } from "../messages/call-ticket.ts";
import { besideCode, codeEmail, codeText } from "../messages/compose-message.ts";
import { DeliveryFailure, onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel, VoiceChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import type { RecordSent } from "../messages/sent.ts";
import type { SentCodes } from "../methods/sent-code.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Contact } from "../users/contacts.ts";
import { flowAddress } from "./account-tag.ts";
import {
  boundTo,
  type CurrentChallenge,
  type CurrentChallengeDeps,
  codeFor,
  contactBehind,
  currentChallenge,
  stillServed,
} from "./current-challenge.ts";
import { tellsNotSent } from "./not-sent.ts";
import { occasionOf } from "./occasion.ts";
import { openOrigin } from "./origin.ts";
import { isAnonymous } from "./reset-flow.ts";
import type { SendNote } from "./send-note.worker.ts";

export interface SendCodeDeps extends CurrentChallengeDeps {
  readonly throttle: ThrottleStore;
  readonly sentCodes: SentCodes;
  readonly tickets: CallTickets;
  readonly sealer: Sealer;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly voice: VoiceChannel;
  readonly sendNote: SendNote;
  readonly recordSent: RecordSent;
  readonly limits: Limits;
  readonly codeTtlSeconds: number;
  /** The host of PUBLIC_URL, for the last line of a text message. */
  readonly host: string;
}

export type SendCode = (job: Extract<Job, { task: "send-code" }>, attempt: number) => Promise<"sent" | "nothing-to-send" | "limited">;

/**
 * The job of a challenge. Everything that depends on the person or the address happens here, after the answer: a decoy's job comes
 * here too, finds nothing to send, and may leave the note to somebody who cannot reset.
 * @throws {DeliveryFailure} when the channel did not accept. A later attempt sends the same code: it is derived.
 */
export function createSendCode(deps: SendCodeDeps): SendCode {
  return async ({ flowId, challengeId }, attempt) => {
    // Replaced, passed or expired meanwhile: its code would be refused, so it is not sent.
    const current = await currentChallenge(deps, flowId, challengeId);
    if (current === null) return nothingLeft(attempt);
    return onBehalfOf(subjectOf(current), () => sendCurrent(deps, current, attempt));
  };
}

/** After a failed attempt it was a message that somebody waited for: it is given up, and not in silence. */
function nothingLeft(attempt: number): "nothing-to-send" {
  if (attempt > 1) throw new DeliveryFailure("none", "outdated");
  return "nothing-to-send";
}

function subjectOf({ flow: { id, tenantId, userId, supportCode } }: CurrentChallenge) {
  return { flowId: id, supportCode, ...(tenantId === undefined ? {} : { tenantId }), ...(userId === undefined ? {} : { userId }) };
}

async function sendCurrent(deps: SendCodeDeps, current: CurrentChallenge, attempt: number) {
  const { flow, challenge, account, eligibility } = current;
  if (!stillServed(current)) {
    // Whoever gave the right password and may not sign in any more is told nothing about resets.
    if (!isAnonymous(flow)) return "nothing-to-send";
    const origin = openOrigin(deps.sealer, flow.id, flow.origin);
    if (eligibility.reason !== null) await deps.sendNote(account, eligibility.reason, origin, challenge.id);
    return "nothing-to-send";
  }
  const contact = await contactBehind(deps, current);
  if (contact === null) return "nothing-to-send";
  if (await overLimit(deps, current, contact)) return "limited";
  try {
    await send(deps, current, contact);
  } catch (error) {
    await report(deps, current, true);
    throw error;
  }
  // An earlier attempt may have said otherwise.
  if (attempt > 1) await report(deps, current, false);
  await deps.recordSent(subjectOf(current), { task: "send-code", method: challenge.method });
  return "sent";
}

/**
 * For whoever has proved that it is about them: they may try another way at once. A silent cap reports nothing, nor does success, so that
 * the two look alike. Should it fail the page says a little less; the message is not to be sent again for it.
 */
async function report({ store }: SendCodeDeps, { flow, challenge }: CurrentChallenge, notSent: boolean): Promise<void> {
  const address = flowAddress(flow.id);
  if (address !== null && tellsNotSent(flow)) await store.report(address, { challengeId: challenge.id, notSent }).catch(() => undefined);
}

/**
 * Caps on the destination are silent: the answer was given already, the same for everybody (contract, section 3). Sources that the
 * person used before have a share of their own, or strangers could keep the codes from them (attacks A79).
 */
async function overLimit(deps: SendCodeDeps, current: CurrentChallenge, contact: Contact): Promise<boolean> {
  const { throttle, clock } = deps;
  const now = clock.now();
  // Noted when it was let pass, not before: an attempt that died in between is counted twice rather than never.
  const passed = `send:${current.challenge.id}`;
  if (await throttle.used(passed, now)) return false;
  // One after the other: what a narrow cap refuses must not spend the budget of others, or one name could use it up (attacks A77).
  for (const { key, limit } of capsOf(deps, current, contact))
    if (judge(await throttle.take(key, limit, now), limit, now).over) return true;
  await throttle.once(passed, current.challenge.expiresAt, now);
  return false;
}

/** The caps that a message counts against, the narrowest first: its address, the block of its number, the installation's budget. */
function capsOf({ sealer, limits }: SendCodeDeps, { flow, challenge }: CurrentChallenge, { type, value }: Contact) {
  const anonymous = isAnonymous(flow);
  const ofAddress = anonymous ? limits.sendsToDestination : limits.sendsToSignedIn;
  const address = { key: `sends:reset:${flow.sources}:${sealer.tag("destination", value)}`, limit: ofAddress };
  if (type === "email") return [address];
  const block = { key: `sends:prefix:${flow.sources}:${sealer.tag("prefix", value.slice(0, -4))}`, limit: limits.sendsToPrefix };
  // What strangers spend of the day's money leaves a budget of its own to whoever is signing in.
  const own = anonymous ? "" : ":signed-in";
  const all =
    challenge.method === "sms"
      ? { key: `sends:sms${own}`, limit: limits.smsOfAll }
      : { key: `sends:calls${own}`, limit: limits.callsOfAll };
  // Numbers of a company lie side by side, and its people sign in at the same hour: after the right password each number counts for itself.
  return anonymous ? [address, block, all] : [address, all];
}

async function send(deps: SendCodeDeps, current: CurrentChallenge, { value: to }: Contact): Promise<void> {
  const { flow, challenge, account } = current;
  const occasion = besideCode(occasionOf(account, openOrigin(deps.sealer, flow.id, flow.origin)));
  const code = codeFor(current, deps);
  if (challenge.method === "email")
    await deps.email.send(codeEmail(to, occasion, code, Math.round(deps.codeTtlSeconds / 60), flow.purpose));
  else if (challenge.method === "sms") await deps.text.send(codeText(to, occasion, code, deps.host, flow.purpose));
  else {
    const ticket = deps.tickets.issue({ challenge: boundTo(current), expiresAt: challenge.expiresAt, language: occasion.language });
    await deps.voice.send({ to, ticket, text: callText(occasion, code, flow.purpose) });
  }
}
