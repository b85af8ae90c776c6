import type { Sealer } from "../keys/sealer.ts";
import { type CallScript, codeScript, LISTENING_KEY, overScript, promptScript } from "../messages/call-script.ts";
import type { CallTickets } from "../messages/call-ticket.ts";
import type { SentCodes } from "../methods/sent-code.ts";
import { type CurrentChallengeDeps, codeFor, contactBehind, currentChallenge } from "./current-challenge.ts";
import { occasionOf } from "./occasion.ts";
import { openOrigin } from "./origin.ts";

export interface AnswerCallDeps extends CurrentChallengeDeps {
  readonly tickets: CallTickets;
  readonly sentCodes: SentCodes;
  readonly sealer: Sealer;
  readonly codeTtlSeconds: number;
}

/** What the telephone network says of the call, and what was pressed. */
export interface CallState {
  /** The number that was called, E.164; absent where the network does not tell. */
  readonly to?: string;
  readonly key?: string;
}

/** What a call says next; `null` for a ticket that is not of our making. */
export type AnswerCall = (ticket: string, call: CallState) => Promise<CallScript | null>;

/**
 * The code is derived here, when it is about to be said: after the key, and only while its challenge is the current one of its flow and the
 * number called is the stored one. Before the key no digit leaves the house (security.md H12).
 */
export function createAnswerCall(deps: AnswerCallDeps): AnswerCall {
  return async (text, { to, key }) => {
    const ticket = deps.tickets.read(text);
    if (ticket === null || ticket.challenge.purpose === "registration") return null;
    if (ticket.expiresAt <= deps.clock.now()) return overScript(ticket.language);
    const { flowId, challengeId } = ticket.challenge;
    const current = await currentChallenge(deps, flowId, challengeId);
    const contact = current === null ? null : await contactBehind(deps, current);
    if (current === null || contact === null || (to !== undefined && to !== contact.value)) return overScript(ticket.language);
    const occasion = occasionOf(current.account, openOrigin(deps.sealer, flowId, current.flow.origin));
    return key === LISTENING_KEY ? codeScript(occasion, codeFor(current, deps)) : promptScript(occasion, current.flow.purpose);
  };
}
