import { mail, type Occasion, oneSegment, speaker } from "./compose-message.ts";
import type { EmailMessage, TextMessage } from "./message.ts";
import type { AdministratorsNotice } from "./message-queue.ts";

/** What was done, by whom and to whom, for the other administrators. */
export interface AdministratorsTold {
  readonly notice: AdministratorsNotice;
  readonly actorKind: "app" | "user" | "operator" | "system" | "anonymous";
  /** A user name, or the name of an application. */
  readonly actor: string;
  /** A user name; "" where it was done to nobody alone. */
  readonly target: string;
  readonly details: Readonly<Record<string, string | number>>;
}

/** No code is in these, so a name that looks like one misleads nobody. */
function valuesOf({ notice, actorKind, actor, target, details }: AdministratorsTold) {
  const { total = 0, done = 0, failed = 0, act = "other", state = "other" } = details;
  return { notice: word(notice), actorKind, actor, target, total, done, failed, act: word(String(act)), state };
}

/** The names of a choice in ICU MessageFormat have no hyphens. */
function word(text: string): string {
  return text.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function administratorsEmail(to: string, occasion: Occasion, told: AdministratorsTold): EmailMessage {
  const say = speaker(occasion, valuesOf(told));
  return mail(to, occasion, say("administratorsSubject"), [
    { text: say("administratorsIntro") },
    { text: say("administratorsBy") },
    { text: say("administratorsWrong"), strong: true },
  ]);
}

export function administratorsText(to: string, occasion: Occasion, told: AdministratorsTold): TextMessage {
  return oneSegment(to, occasion, "administratorsText", valuesOf(told));
}
