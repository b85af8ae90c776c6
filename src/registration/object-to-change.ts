import type { OneTimeTokens } from "../keys/one-time-tokens.ts";
import type { Clock } from "../kit/clock.ts";
import type { CredentialVersions } from "../sign-in/credential-versions.ts";

/** A change of security info that can be objected to, as the page behind the link may tell it: no name, no value. */
export interface ChangeObjection {
  readonly organisation: string;
  /** When it was changed, in milliseconds. */
  readonly changedAt: number;
  /** Already said: nothing is done again. */
  readonly objected: boolean;
}

export type ChangeStopped =
  | { readonly outcome: "stopped"; readonly userId: string; readonly credentialVersion: number }
  | { readonly outcome: "stopped-before" }
  | { readonly outcome: "gone" };

export interface ChangeObjectionStore {
  /** One statement; changes nothing. */
  read(linkId: string, now: number): Promise<ChangeObjection | null>;
  /** One transaction: recovery frozen, the credential version raised, event and job written. What was changed stays as it is. */
  stop(linkId: string, now: number): Promise<ChangeStopped>;
}

export interface ObjectToChangeDeps {
  readonly tokens: OneTimeTokens;
  readonly objections: ChangeObjectionStore;
  readonly versions: CredentialVersions;
  readonly clock: Clock;
}

/** `null` for a forged, unknown or old link, and for one about something else. Reading consumes nothing (attacks A11). */
export type ReadChangeObjection = (token: string) => Promise<ChangeObjection | null>;
/** True when it is stopped, now or before. */
export type ObjectToChange = (token: string) => Promise<boolean>;

export function createReadChangeObjection({ tokens, objections, clock }: ObjectToChangeDeps): ReadChangeObjection {
  return async (token) => {
    const linkId = tokens.linkOf(token);
    return linkId === null ? null : objections.read(linkId, clock.now());
  };
}

/**
 * "This was not me", of a change of security info: no more resets, no more sessions, until two proofs or an administrator say otherwise.
 * The change is not undone: an old mailbox alone must not undo what the owner cleaned up. The session store is told after the commit; a
 * job of the same transaction repeats it.
 */
export function createObjectToChange({ tokens, objections, versions, clock }: ObjectToChangeDeps): ObjectToChange {
  return async (token) => {
    const linkId = tokens.linkOf(token);
    if (linkId === null) return false;
    const stopped = await objections.stop(linkId, clock.now());
    if (stopped.outcome === "stopped") await versions.raise(stopped.userId, stopped.credentialVersion).catch(() => undefined);
    return stopped.outcome !== "gone";
  };
}
