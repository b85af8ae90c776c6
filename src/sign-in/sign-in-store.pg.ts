import type { Db } from "../database/connect.pg.ts";
import { CONSECUTIVE_FAILURES_ALLOWED } from "../policy/eligibility.ts";
import { rememberSource } from "../users/familiar-sources.pg.ts";
import { NOBODY } from "../users/nobody.ts";
import type { SignInDeps } from "./sign-in.ts";

type SignInStore = Pick<SignInDeps, "passwordOf" | "upgradeHash" | "welcome"> & {
  storedVersion(userId: string): Promise<number | null>;
};

export function createSignInStore(db: Db): SignInStore {
  return {
    async passwordOf(userId) {
      const row = await db
        .selectFrom("passwords")
        .select(["phc", "must_change", "temporary", "suspended", "expires_at"])
        .where("user_id", "=", userId ?? NOBODY)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        phc: row.phc,
        mustChange: row.must_change,
        temporary: row.temporary,
        suspended: row.suspended,
        expiresAt: row.expires_at?.getTime() ?? null,
      };
    },
    async upgradeHash(userId, old, phc) {
      // Only over the hash that was verified: a password changed meanwhile stays.
      await db.updateTable("passwords").set({ phc }).where("user_id", "=", userId).where("phc", "=", old).execute();
    },
    async welcome(userId, sourceTag, now) {
      await rememberSource(db, userId, sourceTag, now);
      await db
        .updateTable("authentication_methods")
        .set({ consecutive_failures: 0 })
        .where("user_id", "=", userId)
        .where("consecutive_failures", ">=", CONSECUTIVE_FAILURES_ALLOWED)
        .execute();
    },
    async storedVersion(userId) {
      const row = await db
        .selectFrom("users")
        .select("credential_version")
        .where("id", "=", userId)
        .where("enabled", "=", true)
        .where("deleted_at", "is", null)
        .executeTakeFirst();
      return row?.credential_version ?? null;
    },
  };
}
