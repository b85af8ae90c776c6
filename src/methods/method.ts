/** What a person has registered, as the contract names it. */
export const METHOD_TYPES = ["email", "mobilePhone", "officePhone", "authenticatorApp", "recoveryCodes", "securityQuestions"] as const;
export type MethodType = (typeof METHOD_TYPES)[number];

/** How a person proves it in a reset, as the contract names it, in the order in which the start answer lists them. */
export const CHALLENGE_METHODS = ["email", "sms", "voice", "officePhone", "authenticatorApp", "recoveryCode", "securityQuestions"] as const;
export type ChallengeMethod = (typeof CHALLENGE_METHODS)[number];

/**
 * What counts as *one* method when two different ones are asked for: two phone numbers, or SMS and voice to one number, are one
 * (issue 2, item 6; SIM swap, attacks TH07).
 */
export type GateKind = "email" | "phone" | "authenticatorApp" | "recoveryCode" | "securityQuestions";

interface MethodFacts {
  readonly type: MethodType;
  readonly kind: GateKind;
  /** A message goes out, so a wait before the next one applies. */
  readonly sent: boolean;
}

/** One place for what each challenge method is. */
export const METHODS: Readonly<Record<ChallengeMethod, MethodFacts>> = {
  email: { type: "email", kind: "email", sent: true },
  sms: { type: "mobilePhone", kind: "phone", sent: true },
  voice: { type: "mobilePhone", kind: "phone", sent: true },
  officePhone: { type: "officePhone", kind: "phone", sent: true },
  authenticatorApp: { type: "authenticatorApp", kind: "authenticatorApp", sent: false },
  recoveryCode: { type: "recoveryCodes", kind: "recoveryCode", sent: false },
  securityQuestions: { type: "securityQuestions", kind: "securityQuestions", sent: false },
};

export function kindOf(method: ChallengeMethod): GateKind {
  return METHODS[method].kind;
}

/** A registered method as a flow remembers it: with another revision, its value has changed since. */
export interface MethodCandidate {
  readonly id: string;
  readonly revision: number;
}
