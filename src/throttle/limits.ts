import { DAY, HOUR, MINUTE } from "../kit/clock.ts";

/** At most `limit` in `windowMs`, counted from the first one. */
export interface Limit {
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * Every limit of the service, in one table (figures: security.md §5, and what each is for). `LIMITS_FACTOR` multiplies the counts.
 *
 * Starts and challenges by strangers are never refused for what other strangers did: over a limit a start asks for proof of work, and
 * only one source's own calls, ten times over, are refused. Counters of an account keep strangers and the person's own
 * sources apart, so that nobody can use up the other's.
 */
export const LIMITS = {
  /** Starts from one source (IPv4 address, IPv6 /64): over it proof of work, at `REFUSED_AT` times it 429. */
  startsOfSource: [
    { limit: 10, windowMs: 10 * MINUTE },
    { limit: 30, windowMs: HOUR },
  ],
  /** Starts for one account by one class of sources: over it proof of work. */
  startsOfAccount: [{ limit: 10, windowMs: 10 * MINUTE }],
  /** Starts of everybody: over it proof of work for all, never refusal. */
  startsOfAll: [{ limit: 600, windowMs: MINUTE }],
  /** Challenges from one source; 429 over it. Ten times the starts: an office sits behind one address. */
  challengesOfSource: [{ limit: 300, windowMs: 10 * MINUTE }],
  challengesOfAll: [{ limit: 3_000, windowMs: MINUTE }],
  /** Codes sent, and challenges of any kind, in one reset. */
  codesOfReset: [{ limit: 5, windowMs: DAY }],
  challengesOfReset: [{ limit: 20, windowMs: DAY }],
  /** New passwords sent in one reset: judging one takes the time of many requests. */
  passwordsOfReset: [{ limit: 20, windowMs: DAY }],
  /** Tries of one code (security.md D02). */
  triesOfCode: [{ limit: 5, windowMs: DAY }],
  /** Wrong proofs for one account by one kind of method: over it that kind rests, others go on (security.md D03). */
  wrongProofs: [{ limit: 10, windowMs: DAY }],
  /** Messages to one destination for one purpose; silent over it (security.md H08, I07). */
  sendsToDestination: [
    { limit: 3, windowMs: 10 * MINUTE },
    { limit: 5, windowMs: HOUR },
    { limit: 10, windowMs: DAY },
  ],
  /** Codes that a signed-in person has sent to addresses being registered. */
  registrationSends: [{ limit: 10, windowMs: HOUR }],
  /** Sets of recovery codes and of answers that one person makes: each takes several slow hashes. */
  registrationSets: [{ limit: 10, windowMs: HOUR }],
  /** The same for codes of second steps and fresh proofs: whoever asks for one gave the right password, and some sign in all day. */
  sendsToSignedIn: [
    { limit: 5, windowMs: 10 * MINUTE },
    { limit: 15, windowMs: HOUR },
    { limit: 40, windowMs: DAY },
  ],
  /** SMS and calls to one block of numbers (all but the last four digits): toll fraud runs over ranges (security.md H05, attacks A77). */
  sendsToPrefix: [{ limit: 20, windowMs: HOUR }],
  /** SMS in all, a day: the hard stop of the budget (security.md H06). */
  smsOfAll: [{ limit: 10_000, windowMs: DAY }],
  /** Calls in all, a day. A budget of its own: calls cost more, and a flood of one leaves the other to go on. */
  callsOfAll: [{ limit: 2_000, windowMs: DAY }],
  /**
   * Wrong passwords for one account by one class of sources: so many lock it for a minute, each further one for longer, up to an hour; they
   * are remembered for `windowMs` after the last (`sign-in/lockout.ts`).
   */
  failedSignIns: [{ limit: 10, windowMs: DAY }],
  /** Changes of the own password that are tried, right or wrong: judging one takes the time of many requests. */
  passwordChanges: [{ limit: 20, windowMs: HOUR }],
  failedSignInsOfSource: [{ limit: 100, windowMs: 10 * MINUTE }],
  /** Asking for user names from one source, and of everybody: over it proof of work, at `REFUSED_AT` times the former 429. */
  remindersOfSource: [
    { limit: 5, windowMs: 10 * MINUTE },
    { limit: 15, windowMs: HOUR },
  ],
  remindersOfAll: [{ limit: 120, windowMs: MINUTE }],
  /** Jobs in bulk that one caller starts: each may send a mail to where the caller says. */
  passwordJobs: [{ limit: 60, windowMs: HOUR }],
  /** Addresses that an administrator or an application names for a link and that are none of the person's, refused ones too. */
  linksToUnstored: [{ limit: 20, windowMs: HOUR }],
  /** Asking an administrator for help: from one source, and everybody, as of user names. */
  helpRequestsOfSource: [
    { limit: 5, windowMs: 10 * MINUTE },
    { limit: 15, windowMs: HOUR },
  ],
  helpRequestsOfAll: [{ limit: 120, windowMs: MINUTE }],
  /** Mails to the administrators, and to the person, about requests for one account: what comes besides is counted in the first one. */
  helpMailsOfAccount: [{ limit: 1, windowMs: HOUR }],
  /** Requests of one organisation that administrators are written to about: one call of a stranger is a hundred mails. */
  helpMailsOfTenant: [{ limit: 200, windowMs: HOUR }],
  failedClientsOfSource: [{ limit: 30, windowMs: 10 * MINUTE }],
} as const satisfies Record<string, readonly Limit[]>;

export type LimitName = keyof typeof LIMITS;

/** How many times its start limit a source may call before it is refused. */
export const REFUSED_AT = 10;
/** How much wider the limits of a source are in the tenant's own networks. */
export const OWN_NETWORK_FACTOR = 20;
/** The wait before the same method may be asked for again in one reset (security.md H08). */
export const RESEND_WAIT_MS = MINUTE;

export type Limits = Readonly<Record<LimitName, readonly Limit[]>>;

/** The table with every count multiplied. */
export function scaledLimits(factor: number): Limits {
  const entries = Object.entries(LIMITS).map(([name, limits]) => [name, scale(limits, factor)]);
  return Object.fromEntries(entries) as Limits;
}

export function scale(limits: readonly Limit[], factor: number): Limit[] {
  return limits.map(({ limit, windowMs }) => ({ limit: Math.max(1, Math.floor(limit * factor)), windowMs }));
}
