import { timeWords } from "../kit/language.ts";
import { mail, type Occasion, oneSegment, speaker } from "./compose-message.ts";
import type { EmailMessage, TextMessage } from "./message.ts";

/** What the person has been given. */
export type Given = "password" | "link" | "both";

/** To the person: somebody else reset the password. @param link for "this was not me" */
export function resetByAdministratorEmail(to: string, occasion: Occasion, given: Given, link: string): EmailMessage {
  const say = speaker(occasion, { given });
  return mail(to, occasion, say("resetForYouSubject"), [
    { text: say("resetForYouIntro") },
    { text: say("resetForYouNext") },
    { text: say("resetForYouNotYou"), strong: true },
    { link },
  ]);
}

export function resetByAdministratorText(to: string, occasion: Occasion, link: string): TextMessage {
  return oneSegment(to, occasion, "resetForYouText", { link });
}

/** The one-time link by which the person sets the new password. @param expiresAt milliseconds */
export function resetLinkEmail(to: string, occasion: Occasion, link: string, expiresAt: number): EmailMessage {
  const say = speaker(occasion, { until: timeWords(occasion.language, expiresAt) });
  return mail(to, occasion, say("resetLinkSubject"), [
    { text: say("resetLinkIntro") },
    { link },
    { text: say("resetLinkUntil") },
    { text: say("resetLinkNever"), strong: true },
  ]);
}
