import { DAY } from "../kit/clock.ts";
import type { UserAddress } from "./user-record.ts";
import type { Act } from "./user-writer.ts";

/** So long somebody who was removed can be restored. */
export const RESTORABLE_MS = 30 * DAY;

/** Whose access ended, for the session store and the store of running resets to know it too. */
export interface Left {
  readonly id: string;
  /** The comparison key of the name. */
  readonly upnKey: string;
  readonly credentialVersion: number;
}

/**
 * People leave, and may come back. Each is one transaction with its audit event.
 * @throws {Problem} `not-found`, `forbidden` for whoever is out of reach, `conflict` for the last Global Administrator
 */
export interface Leaving {
  /** Sign-in, sessions, running resets, links and codes end; the name stays taken, and everything else where it is. */
  remove(address: UserAddress, act: Act): Promise<Left>;
  /** Disables, takes roles, groups and methods away, and removes. */
  offboard(address: UserAddress, act: Act): Promise<Left>;
  /** Methods must be verified anew, and the password be changed. `not-found` also after `RESTORABLE_MS`. */
  restore(address: UserAddress, act: Act): Promise<Left>;
}
