import type { ContactType } from "../methods/contact-method.ts";
import type { CodeChallenge } from "../methods/sent-code.ts";

/** An address or number that waits for its code. */
export interface PendingContact {
  readonly challenge: CodeChallenge;
  /** Milliseconds: when the code dies. */
  readonly expiresAt: number;
  readonly type: ContactType;
  /** Where the code goes, in clear: the new value where there is one. */
  readonly value: string;
  readonly userId: string;
}

/** What waits under this challenge; `null` once it is replaced, verified or gone. One statement. */
export type ReadPendingContact = (methodId: string, challengeId: string) => Promise<PendingContact | null>;
