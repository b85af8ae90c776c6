import { type Clock, SECOND } from "../kit/clock.ts";
import { type CallScript, codeScript, LISTENING_KEY, overScript, promptScript } from "../messages/call-script.ts";
import type { CallTickets } from "../messages/call-ticket.ts";
import type { SentCodes } from "../methods/sent-code.ts";
import type { CallState } from "../resets/answer-call.ts";
import { occasionOf } from "../resets/occasion.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ReadPendingContact } from "./pending-contact.ts";

export interface AnswerRegistrationCallDeps {
  readonly tickets: CallTickets;
  readonly readPending: ReadPendingContact;
  readonly accounts: AccountStore;
  readonly sentCodes: SentCodes;
  readonly clock: Clock;
  readonly codeTtlSeconds: number;
}

/** What a call to a number being registered says next; `null` for a ticket that is about something else. */
export type AnswerRegistrationCall = (ticket: string, call: CallState) => Promise<CallScript | null>;

/** As calls of resets: no digit before a key is pressed, and none once the challenge is over (security.md H12). */
export function createAnswerRegistrationCall(deps: AnswerRegistrationCallDeps): AnswerRegistrationCall {
  return async (text, { to, key }) => {
    const ticket = deps.tickets.read(text);
    if (ticket === null || ticket.challenge.purpose !== "registration") return null;
    const { flowId: methodId, challengeId } = ticket.challenge;
    const pending = ticket.expiresAt <= deps.clock.now() ? null : await deps.readPending(methodId, challengeId);
    const account = pending === null ? null : await deps.accounts.findById(pending.userId, "");
    if (pending === null || account === null || (to !== undefined && to !== pending.value)) return overScript(ticket.language);
    const origin = { at: deps.clock.now(), address: "", device: null, language: ticket.language };
    const occasion = occasionOf(account, origin);
    if (key !== LISTENING_KEY) return promptScript(occasion, "registration");
    return codeScript(occasion, deps.sentCodes.derive(pending.challenge, pending.expiresAt - deps.codeTtlSeconds * SECOND));
  };
}
