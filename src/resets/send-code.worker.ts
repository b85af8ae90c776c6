import type { Sealer } from "../keys/sealer.ts";
import { callText } from "../messages/call-script.ts";
import type { CallTickets } from "../messages/call-ticket.ts";
import { besideCode, codeEmail, codeText } from "../messages/compose-message.ts";
import { DeliveryFailure, onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel, VoiceChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import type { SentCodes } from "../methods/sent-code.ts";
import { judge } from "../throttle/counter.ts";
import type { Limit, Limits } from "../throttle/limits.ts";
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
} from "./current-challenge.ts";
import { tellsNotSent } from "./not-sent.ts";
import { occasionOf } from "./occasion.ts";
import { openOrigin } from "./origin.ts";
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
  const { flow, account, eligibility } = current;
  if (flow.decoy || !eligibility.canReset) {
    if (eligibility.reason !== null) await deps.sendNote(account, eligibility.reason, openOrigin(deps.sealer, flow.id, flow.origin));
    return "nothing-to-send";
  }
  const contact = await contactBehind(deps, current);
  if (contact === null) return "nothing-to-send";
  // A repeated attempt was counted the first time.
  if (attempt === 1 && (await overLimit(deps, current, contact))) return "limited";
  try {
    await send(deps, current, contact);
  } catch (error) {
    await report(deps, current, true);
    throw error;
  }
  // An earlier attempt may have said otherwise.
  if (attempt > 1) await report(deps, current, false);
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
async function overLimit(deps: SendCodeDeps, { flow, challenge }: CurrentChallenge, contact: Contact): Promise<boolean> {
  const { throttle, sealer, limits, clock } = deps;
  const now = clock.now();
  const takes: Promise<boolean>[] = [];
  const take = (key: string, limit: readonly Limit[]) =>
    takes.push(throttle.take(key, limit, now).then((windows) => judge(windows, limit, now).over));
  take(`sends:reset:${flow.sources}:${sealer.tag("destination", contact.value)}`, limits.sendsToDestination);
  if (contact.type !== "email") {
    take(`sends:prefix:${flow.sources}:${sealer.tag("prefix", contact.value.slice(0, -4))}`, limits.sendsToPrefix);
    if (challenge.method === "sms") take("sends:sms", limits.smsOfAll);
    else take("sends:calls", limits.callsOfAll);
  }
  return (await Promise.all(takes)).some((over) => over);
}

async function send(deps: SendCodeDeps, current: CurrentChallenge, { value: to }: Contact): Promise<void> {
  const { flow, challenge, account } = current;
  const occasion = besideCode(occasionOf(account, openOrigin(deps.sealer, flow.id, flow.origin)));
  const code = codeFor(current, deps);
  if (challenge.method === "email") await deps.email.send(codeEmail(to, occasion, code, Math.round(deps.codeTtlSeconds / 60)));
  else if (challenge.method === "sms") await deps.text.send(codeText(to, occasion, code, deps.host));
  else {
    const ticket = deps.tickets.issue({ challenge: boundTo(current), expiresAt: challenge.expiresAt, language: occasion.language });
    await deps.voice.send({ to, ticket, text: callText(occasion, code) });
  }
}
