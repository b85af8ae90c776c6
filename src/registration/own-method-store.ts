import type { ContactMethod } from "../methods/contact-method.ts";
import type { MethodType } from "../methods/method.ts";
import type { Circumstances } from "../policy/eligibility.ts";
import type { Account } from "../users/account.ts";

/** A registered method as its owner may see it. Times in milliseconds. */
export interface OwnMethod {
  readonly id: string;
  readonly type: MethodType;
  readonly hint: string;
  /** In clear, for contact data alone: a secret is shown once, when it is made. */
  readonly value?: string;
  readonly name: string | null;
  readonly verified: boolean;
  readonly source: "admin" | "user";
  readonly addedAt: number;
  readonly lastUsedAt: number | null;
  /** Until then it does not count as a gate; `null`: it counts as soon as it is verified. */
  readonly usableFrom: number | null;
  /** A new value that is not verified yet, masked. */
  readonly pendingHint: string | null;
}

export interface OwnMethods {
  readonly methods: readonly OwnMethod[];
  /** When the person last looked after them, or the account was made. Milliseconds. */
  readonly lookedAfterAt: number;
}

/** Whose act it is, when, and by which proofs: for the record, the notices, and the waiting time. */
export interface OwnerAct {
  readonly userId: string;
  readonly circumstances: Circumstances;
  /** Ids of the methods whose fresh proofs let the person do it; none where the password stood in for them. */
  readonly byMethods: readonly string[];
  /** Sealed: from where (`src/resets/origin.ts`), bound to `originId`. */
  readonly originId: string;
  readonly origin: string;
}

/** A code on its way. */
export interface NewChallenge {
  readonly id: string;
  readonly expiresAt: number;
}

/** Reads a value as the person wrote it, or throws a problem. @param country of the person, for numbers without a country code */
export type ReadValue = (country: string | null) => ContactMethod;

export type Added =
  | { readonly outcome: "added"; readonly id: string }
  | { readonly outcome: "too-many" }
  | { readonly outcome: "duplicate"; readonly id: string };

/** `unknown`: there is no such method of this person. */
export type Changed =
  | { readonly outcome: "changed"; readonly method: OwnMethod }
  | { readonly outcome: "unknown" | "not-contact-data" }
  | Duplicate;
/** `revision`: of the value that is verified now. `over`: another one was faster. */
export type Verified =
  | { readonly outcome: "changed"; readonly method: OwnMethod; readonly revision: number }
  | { readonly outcome: "unknown" | "over" }
  | Duplicate;
type Duplicate = { readonly outcome: "duplicate"; readonly id: string };

/** What a code is compared with. */
export interface PendingProof {
  readonly type: MethodType;
  readonly challengeId: string;
  readonly expiresAt: number;
  /** Of an authenticator app alone. */
  readonly secret?: string;
}

/** Who a set is made for, as the set's rules ask. */
export type JudgeSet = (account: Account) => void;

/**
 * What people register themselves. Every change is one transaction that takes the person's row first, so that of two at once each sees what
 * the other did, and that writes its event and its notices. While recovery is frozen, adding, changing and removing throw a `conflict` with the
 * reason `recovery-frozen`, unless two kinds of older methods proved the act.
 */
export interface OwnMethodStore {
  /** @param reveal whether contact data is opened */
  list(userId: string, reveal: boolean): Promise<OwnMethods>;
  /** A contact method that is not verified, with its code on the way. */
  addContact(act: OwnerAct, read: ReadValue, challenge: NewChallenge): Promise<Added>;
  addAuthenticator(act: OwnerAct, secret: string, challenge: NewChallenge): Promise<Added>;
  /** A set of hashes in the place of the present one; counts at once, since whoever made it has seen it. */
  replaceCodes(act: OwnerAct, hashes: readonly string[]): Promise<string>;
  replaceAnswers(act: OwnerAct, answers: readonly { readonly questionId: string; readonly phc: string }[]): Promise<string>;
  /** A new value beside the old one, which stays until the new one is verified. @param name renames it in the same act */
  putOnItsWay(act: OwnerAct, methodId: string, read: ReadValue, challenge: NewChallenge, name?: string | null): Promise<Changed>;
  rename(act: OwnerAct, methodId: string, name: string | null): Promise<Changed>;
  /** `held-back`: without it the person would hold less than a reset asks for. */
  remove(act: OwnerAct, methodId: string): Promise<"removed" | "unknown" | "held-back">;
  /** When a code was sent last, of a method that has one to verify. */
  sentAt(userId: string, methodId: string): Promise<SentState>;
  /** Another code in the place of the one on its way, if that was sent at `before` (milliseconds). False: somebody was faster. */
  resend(act: OwnerAct, methodId: string, challenge: NewChallenge, before: number | null): Promise<boolean>;
  /** Counts a try, before anything is compared. `null`: nothing waits for a code, or no try is left. */
  countTry(userId: string, methodId: string, now: number, tries: number): Promise<PendingProof | null | "unknown">;
  /** Of many at once one verifies it. @param step the time step of the app's code */
  verify(act: OwnerAct, methodId: string, challengeId: string, step?: number): Promise<Verified>;
  /**
   * The person says that all is up to date. A freeze ends, too, where the act was proved by two kinds of methods that were registered before what
   * was disputed. @param fresh whether it was proved as a change must be
   */
  confirm(act: OwnerAct, fresh: boolean): Promise<void>;
}

export type SentState =
  | { readonly outcome: "unknown" }
  | { readonly outcome: "nothing-to-verify" }
  /** `sentAt`: `null` where no code has ever been sent, as to a value that an administrator filled in. */
  | { readonly outcome: "verifiable"; readonly type: MethodType; readonly sentAt: number | null };
