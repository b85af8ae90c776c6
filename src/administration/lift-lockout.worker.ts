import type { Sealer } from "../keys/sealer.ts";
import type { Job } from "../messages/message-queue.ts";
import { accountTag } from "../resets/account-tag.ts";
import type { Lockout } from "../sign-in/lockout.ts";

export interface LiftLockoutDeps {
  readonly lockout: Lockout;
  readonly sealer: Sealer;
  /** The comparison key of a person's name; `null` for somebody who is gone. */
  readonly upnKeyOf: (userId: string) => Promise<string | null>;
}

/** Lockouts are in the state store, which a command at the database does not see. */
export function createLiftLockout({ lockout, sealer, upnKeyOf }: LiftLockoutDeps) {
  return async ({ userId }: Extract<Job, { task: "lift-lockout" }>): Promise<void> => {
    const key = await upnKeyOf(userId);
    if (key !== null) await lockout.clear(accountTag(sealer, key));
  };
}
