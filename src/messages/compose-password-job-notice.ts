import { mail, type Occasion, speaker } from "./compose-message.ts";
import type { EmailMessage } from "./message.ts";

/** How a job over many people ended. */
export interface PasswordJobTold {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
}

/** @param link to the results, which open after a sign-in alone; no password is in a mail, and no name */
export function passwordJobEmail(to: string, occasion: Occasion, told: PasswordJobTold, link: string): EmailMessage {
  const say = speaker(occasion, { ...told });
  return mail(to, occasion, say("passwordJobSubject"), [
    { text: say("passwordJobIntro") },
    { text: say("passwordJobResults") },
    { link },
    { text: say("passwordJobNever"), strong: true },
  ]);
}
