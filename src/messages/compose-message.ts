import { formatMessage, type Language, timeWords, type Values } from "../kit/language.ts";
import { spacedCode } from "../methods/sent-code.ts";
import type { IneligibleReason } from "../policy/eligibility.ts";
import { gsmName, SEGMENT, textSize } from "./gsm-text.ts";
import { type Block, letter } from "./letter.ts";
import type { EmailMessage, TextMessage } from "./message.ts";
import { WORDS, type WordKey } from "./words.ts";

/** Who is written to and what about; everything a sentence may need. */
export interface Occasion {
  readonly language: Language;
  readonly organisation: string;
  readonly account: string;
  readonly name: string | null;
  /** Milliseconds: when it was asked for. */
  readonly at: number;
  readonly address: string;
  readonly device: string | null;
}

/** What a code is for. Whoever did not ask for it reads what has happened, so each says its own. */
export type CodePurpose = "reset" | "unlock" | "sign-in" | "proof" | "registration";

/** The word for it in a sentence that says one thing or another. */
export function purposeWord(purpose: CodePurpose): string {
  return purpose === "sign-in" ? "signIn" : purpose;
}

/** Six digits or more, with blanks or hyphens between them or not. */
const LIKE_A_CODE = /\d(?:[ -]?\d){5,}/g;

/**
 * The occasion for a message with a code: no name in it looks like one. People pick the first digits they see, and so do programs
 * (contract, section 2); many an organisation names its people by number.
 */
export function besideCode(occasion: Occasion): Occasion {
  const shortened = (text: string) => text.replace(LIKE_A_CODE, (digits) => `${digits.slice(0, 2)}..${digits.slice(-2)}`);
  const { organisation, account, name } = occasion;
  return { ...occasion, organisation: shortened(organisation), account: shortened(account), name: name === null ? null : shortened(name) };
}

export function codeEmail(to: string, occasion: Occasion, code: string, minutes: number, purpose: CodePurpose = "reset"): EmailMessage {
  const say = speaker(occasion, { minutes, purpose: purposeWord(purpose) });
  return mail(to, occasion, say("codeSubject"), [
    { text: say("codeIntro") },
    { code: spacedCode(code) },
    { text: say("codeUse") },
    { text: say("codeNever"), strong: true },
    { text: say("askedFrom") },
    { text: say("codeNotYou") },
  ]);
}

/** The last line binds the code to our page (WICG origin-bound one-time codes); the code stands there and nowhere else. */
export function codeText(to: string, occasion: Occasion, code: string, host: string, purpose: CodePurpose = "reset"): TextMessage {
  return oneSegment(to, occasion, "codeText", { purpose: purposeWord(purpose) }, `\n\n@${host} #${code}`);
}

export function passwordChangedEmail(to: string, occasion: Occasion, link: string): EmailMessage {
  const say = speaker(occasion);
  return mail(to, occasion, say("changedSubject"), [
    { text: say("changedIntro") },
    { text: say("changedYou") },
    { text: say("changedNotYou"), strong: true },
    { link },
  ]);
}

export function passwordChangedText(to: string, occasion: Occasion, link: string): TextMessage {
  return oneSegment(to, occasion, "changedText", { link });
}

export function unlockedEmail(to: string, occasion: Occasion): EmailMessage {
  const say = speaker(occasion);
  return mail(to, occasion, say("unlockedSubject"), [
    { text: say("unlockedIntro") },
    { text: say("unlockedYou") },
    { text: say("unlockedNotYou"), strong: true },
  ]);
}

export function unlockedText(to: string, occasion: Occasion): TextMessage {
  return oneSegment(to, occasion, "unlockedText");
}

/** The password was changed by somebody who was signed in. */
export function ownChangeEmail(to: string, occasion: Occasion, link: string): EmailMessage {
  const say = speaker(occasion);
  return mail(to, occasion, say("ownChangeSubject"), [
    { text: say("ownChangeIntro") },
    { text: say("ownChangeYou") },
    { text: say("changedNotYou"), strong: true },
    { link },
  ]);
}

export function ownChangeText(to: string, occasion: Occasion, link: string): TextMessage {
  return oneSegment(to, occasion, "ownChangeText", { link });
}

/** The user names that belong to an address, and who asked for them. */
export interface Reminded extends Pick<Occasion, "language" | "at" | "address" | "device"> {
  readonly names: readonly { readonly userPrincipalName: string; readonly organisation: string }[];
}

export function userNameEmail(to: string, reminded: Reminded): EmailMessage {
  const occasion = occasionOfNames(reminded);
  const say = speaker(occasion, { count: reminded.names.length });
  return mail(to, occasion, say("userNameSubject"), [
    { text: say("userNameIntro") },
    ...reminded.names.map(({ userPrincipalName, organisation }) => ({ text: `${userPrincipalName} (${organisation})`, strong: true })),
    { text: say("userNameUse") },
    { text: say("askedFrom") },
    { text: say("userNameNotYou") },
  ]);
}

/** More than one name may take more than one segment: none of them can give way. */
export function userNameText(to: string, reminded: Reminded): TextMessage {
  return oneSegment(to, occasionOfNames(reminded), "userNameText", { count: reminded.names.length });
}

function occasionOfNames({ names, ...asked }: Reminded): Occasion {
  const organisation = [...new Set(names.map((name) => name.organisation))].join(", ");
  return { ...asked, organisation, account: names.map((name) => name.userPrincipalName).join(", "), name: null };
}

export function cannotResetEmail(to: string, occasion: Occasion, reason: IneligibleReason, help: string | null): EmailMessage {
  const why = speaker(occasion)(WHY[reason] ?? "whyNotAllowed");
  const say = speaker(occasion, { why, help: help ?? "" });
  return mail(to, occasion, say("cannotSubject"), [
    { text: say("cannotIntro") },
    { text: say("cannotReason") },
    { text: say(help === null ? "cannotHelpPlain" : "cannotHelp") },
    { text: say("cannotNotYou") },
  ]);
}

export function cannotResetText(to: string, occasion: Occasion): TextMessage {
  return oneSegment(to, occasion, "cannotText");
}

/** A kind of method that rests, because too many wrong codes came. */
export interface PauseTold {
  readonly way: "email" | "phone" | "authenticatorApp" | "other";
  /** Milliseconds. */
  readonly until: number;
  readonly supportCode: string;
}

export function pausedEmail(to: string, occasion: Occasion, { way, until, supportCode }: PauseTold, help: string | null): EmailMessage {
  const say = speaker(occasion, { way, until: timeWords(occasion.language, until), supportCode, help: help ?? "" });
  return mail(to, occasion, say("pausedSubject"), [
    { text: say("pausedIntro") },
    { text: say("pausedUntil") },
    { text: say("pausedYou") },
    { text: say("pausedNotYou"), strong: true },
    { text: say(help === null ? "pausedHelpPlain" : "pausedHelp") },
  ]);
}

export function pausedText(to: string, occasion: Occasion, { supportCode }: PauseTold): TextMessage {
  return oneSegment(to, occasion, "pausedText", { supportCode });
}

/**
 * A text message in one segment, in the alphabet of 160 places: of all that is in it only the organisation's name is not ours, and it
 * gives way (security.md H10). A name without a letter of that alphabet is told by the domain of the account.
 */
export function oneSegment(to: string, occasion: Occasion, key: WordKey, extra: Values = {}, ending = ""): TextMessage {
  const written = (organisation: string) => `${speaker({ ...occasion, organisation }, extra)(key)}${ending}`;
  const room = SEGMENT.gsm - textSize(written("")).places;
  const domain = occasion.account.slice(occasion.account.lastIndexOf("@") + 1);
  return { to, text: written(gsmName(occasion.organisation, room) || gsmName(domain, room)) };
}

const WHY: Partial<Record<IneligibleReason, WordKey>> = {
  "account-disabled": "whyDisabled",
  "recovery-frozen": "whyFrozen",
  "too-few-methods": "whyTooFew",
};

export function mail(to: string, occasion: Occasion, subject: string, blocks: readonly Block[]): EmailMessage {
  const say = speaker(occasion);
  const greeting =
    occasion.name === null
      ? say("greetingPlain")
      : formatMessage(occasion.language, WORDS[occasion.language].greeting, { name: occasion.name });
  return { to, subject, ...letter(occasion.language, subject, [{ text: greeting }, ...blocks], say("footer")) };
}

export function speaker(occasion: Occasion, extra: Values = {}): (key: WordKey) => string {
  const { language, organisation, account, address, device } = occasion;
  const values = { organisation, account, address, device: device ?? "none", when: timeWords(language, occasion.at), ...extra };
  return (key) => formatMessage(language, WORDS[language][key], values);
}
