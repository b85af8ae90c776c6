import { mail, type Occasion, speaker } from "./compose-message.ts";
import type { EmailMessage } from "./message.ts";

/**
 * To an administrator: somebody wants help. Neither a link that acts nor a word of what was written is in it: a stranger may have asked, and
 * would have a letter of ours to write in.
 */
export function helpRequestEmail(to: string, occasion: Occasion, supportCode: string, wrote: boolean): EmailMessage {
  const say = speaker(occasion, { supportCode });
  return mail(to, occasion, say("helpSubject"), [
    { text: say("helpIntro") },
    { text: say("helpCheck"), strong: true },
    { text: say("helpFind") },
    ...(wrote ? [{ text: say("helpWrote") }] : []),
    { text: say("helpMore") },
  ]);
}

/** To the person: their administrators were asked. */
export function helpAskedEmail(to: string, occasion: Occasion, supportCode: string): EmailMessage {
  const say = speaker(occasion, { supportCode });
  return mail(to, occasion, say("helpToldSubject"), [
    { text: say("helpToldIntro") },
    { text: say("helpToldYou") },
    { text: say("helpToldNotYou"), strong: true },
  ]);
}
