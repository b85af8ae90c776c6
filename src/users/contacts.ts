import type { MethodType } from "../methods/method.ts";

/** A stored value in clear, for whoever sends to it; never further. */
export interface Contact {
  readonly methodId: string;
  readonly revision: number;
  readonly type: MethodType;
  readonly value: string;
}

/** Where a person can be reached. */
export interface Contacts {
  readonly all: readonly Contact[];
  /** Every email address on the account, the primary mailbox included, each once. */
  readonly emails: readonly string[];
  readonly mobilePhones: readonly string[];
}

/** Mail and text go to stored values only, never to what somebody typed (security.md A06). */
export interface ContactStore {
  contactsOf(userId: string, mail: string | null): Promise<Contacts>;
}
