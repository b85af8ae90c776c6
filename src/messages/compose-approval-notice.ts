import { type Language, timeWords } from "../kit/language.ts";
import { mail, type Occasion, oneSegment, speaker } from "./compose-message.ts";
import type { EmailMessage, TextMessage } from "./message.ts";

/** An act that waits for somebody who agrees. */
export interface ApprovalTold {
  readonly act: "reset-administrator" | "reset-everyone" | "weaken-policy";
  /** Who asked: a user name, or the name of an application. */
  readonly requester: string;
  /** A user name; "" where it is about nobody alone. */
  readonly target: string;
  /** Milliseconds: after this nobody can agree any more. */
  readonly until: number;
}

const ACTS = { "reset-administrator": "resetAdministrator", "reset-everyone": "resetEveryone", "weaken-policy": "weakenPolicy" } as const;

function valuesOf(language: Language, { act, requester, target, until }: ApprovalTold) {
  return { act: ACTS[act], requester, target, until: timeWords(language, until) };
}

/** No link: whoever is to decide signs in where they always do, and a message that looks like this one leads nowhere. */
export function approvalEmail(to: string, occasion: Occasion, told: ApprovalTold): EmailMessage {
  const say = speaker(occasion, valuesOf(occasion.language, told));
  return mail(to, occasion, say("approvalSubject"), [
    { text: say("approvalIntro") },
    { text: say("approvalHow") },
    { text: say("approvalAsk"), strong: true },
  ]);
}

export function approvalText(to: string, occasion: Occasion, told: ApprovalTold): TextMessage {
  return oneSegment(to, occasion, "approvalText", valuesOf(occasion.language, told));
}
