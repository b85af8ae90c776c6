import type { OneTimeTokens } from "../keys/one-time-tokens.ts";
import type { Clock } from "../kit/clock.ts";
import type { CredentialVersions } from "../sign-in/credential-versions.ts";

/** A reset that can be objected to, as the page behind the link may tell it: no name, since a phone number may have a new owner. */
export interface Objection {
  readonly organisation: string;
  /** When the reset was completed, in milliseconds. */
  readonly resetAt: number;
  /** Already said: what it did, and nothing is done again. */
  readonly objected: boolean;
  /** The password that the reset has set is still the one in force (or was when it was stopped). */
  readonly passwordInForce: boolean;
}

export type Stopped =
  | { readonly outcome: "stopped"; readonly userId: string; readonly credentialVersion: number }
  /** It was stopped before: the link may be used twice and does nothing the second time. */
  | { readonly outcome: "stopped-before" }
  /** No such link, or too old. */
  | { readonly outcome: "gone" };

export interface ObjectionStore {
  /** One statement; changes nothing. */
  read(linkId: string, now: number): Promise<Objection | null>;
  /** One transaction: recovery frozen, the disputed password suspended, the credential version raised, event and job written. */
  stop(linkId: string, now: number): Promise<Stopped>;
}

export interface ObjectToResetDeps {
  readonly tokens: OneTimeTokens;
  readonly objections: ObjectionStore;
  readonly versions: CredentialVersions;
  readonly clock: Clock;
}

/** What the link of a token leads to; `null` for a forged, unknown or old one. Reading consumes nothing (attacks A11). */
export type ReadObjection = (token: string) => Promise<Objection | null>;
/** True when the reset is stopped, now or before. */
export type ObjectToReset = (token: string) => Promise<boolean>;

export function createReadObjection({ tokens, objections, clock }: ObjectToResetDeps): ReadObjection {
  return async (token) => {
    const linkId = tokens.linkOf(token);
    return linkId === null ? null : objections.read(linkId, clock.now());
  };
}

/**
 * "This was not me": stops a reset that its owner disputes. The session store is told after the commit; a job of the same transaction
 * repeats it, so that no crash leaves a thief's session alive (design §3).
 */
export function createObjectToReset({ tokens, objections, versions, clock }: ObjectToResetDeps): ObjectToReset {
  return async (token) => {
    const linkId = tokens.linkOf(token);
    if (linkId === null) return false;
    const stopped = await objections.stop(linkId, clock.now());
    if (stopped.outcome === "stopped") await versions.raise(stopped.userId, stopped.credentialVersion).catch(() => undefined);
    return stopped.outcome !== "gone";
  };
}
