/** The channel of the notice that somebody asks which policy the processes follow. */
export const SPREAD_CHANNEL = "rekey_spread";

/** A process that was seen lately. Times in milliseconds. */
export interface ProcessFollowing {
  readonly id: string;
  readonly role: string;
  readonly startedAt: number;
  readonly seenAt: number;
  /** What it answered; `null`: it did not answer in time. */
  readonly version: number | null;
  /** It has read this version, or a later one. */
  readonly follows: boolean;
}

export interface PolicySpread {
  /** Of the organisation's policies, before anybody was asked. */
  readonly version: number;
  readonly processes: readonly ProcessFollowing[];
}

/** Asks every live process which version of an organisation's policies it reads, and waits for their answers, at most a second. */
export type AskPolicySpread = (tenantId: string) => Promise<PolicySpread>;
