import { DAY, MINUTE, SECOND } from "../kit/clock.ts";
import type { KeyPurpose } from "./keyring.ts";

/**
 * How long a former key reads on, once another makes: as long as anything that it made is good for, and some minutes for clocks that differ.
 * `null`: for ever, since what it sealed rests in the database.
 *
 * There is no `tag`: another key would give every name, address and source another tag. Counters would begin at nothing, an address would not be
 * found, a person's sources would be strange. What it guards is guesses at tags, by somebody who has the database.
 */
export const READS_ON = {
  seal: null,
  /** Codes are good for ten minutes. */
  code: 15 * MINUTE,
  /** Access tokens are good for a quarter of an hour. */
  token: 20 * MINUTE,
  /** Links outlive their purpose in mailboxes; the longest, "this was not me", is good for 30 days. */
  link: 90 * DAY,
  "proof-of-work": 15 * MINUTE,
  /** The seals of the audit log are verified for as long as it is kept. */
  audit: null,
} as const satisfies Partial<Record<KeyPurpose, number | null>>;

export type RotatingPurpose = keyof typeof READS_ON;
export const ROTATING_PURPOSES = Object.keys(READS_ON) as readonly RotatingPurpose[];

/**
 * From when a new key is known to when it makes anything, so that nobody is shown what he cannot read. Far longer than a process needs to
 * read the keyring again, also when the notice of it was lost.
 */
export const ANNOUNCE_MS = MINUTE;
export const REREAD_MS = 10 * SECOND;

/** The channel of the notice that the keyring has changed. */
export const KEYRING_CHANNEL = "rekey_keyring";
