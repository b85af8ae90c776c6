import type { MethodType } from "../methods/method.ts";
import { mail, type Occasion, oneSegment, speaker } from "./compose-message.ts";
import type { EmailMessage, TextMessage } from "./message.ts";

/** What has become of the security info. */
export type MethodTold =
  | { readonly change: "added" | "changed" | "removed"; readonly type: MethodType }
  | { readonly change: "code-used"; readonly left: number };

/** @param link for "this was not me"; `null` for an address that is no longer the person's, which must not undo what the owner did */
export function methodEmail(to: string, occasion: Occasion, told: MethodTold, link: string | null): EmailMessage {
  const used = told.change === "code-used";
  const say = speaker(occasion, used ? { left: told.left } : { type: told.type, change: told.change });
  return mail(to, occasion, say(used ? "codeUsedSubject" : "methodSubject"), [
    { text: say(used ? "codeUsedIntro" : "methodIntro") },
    ...(used ? [{ text: say("codeUsedLeft") }] : []),
    { text: say("methodYou") },
    ...(link === null ? [{ text: say("methodNotYouPlain"), strong: true }] : [{ text: say("methodNotYou"), strong: true }, { link }]),
  ]);
}

export function methodText(to: string, occasion: Occasion, told: MethodTold, link: string | null): TextMessage {
  if (told.change === "code-used") return oneSegment(to, occasion, "codeUsedText", { left: told.left, link: link ?? "" });
  return link === null ? oneSegment(to, occasion, "methodTextPlain") : oneSegment(to, occasion, "methodText", { link });
}
