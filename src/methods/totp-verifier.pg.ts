import type { Db } from "../database/connect.pg.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { NOBODY } from "../users/nobody.ts";
import { methodPlace } from "./method-store.pg.ts";
import { matchingStep } from "./totp-code.ts";
import type { TotpVerifier } from "./totp-verifier.ts";

export function createTotpVerifier({ db, sealer, clock }: { db: Db; sealer: Sealer; clock: Clock }): TotpVerifier {
  return {
    async verify(userId, candidates, code) {
      const rows = await db
        .selectFrom("authentication_methods")
        .select(["id", "revision", "sealed_value"])
        .where("user_id", "=", userId ?? NOBODY)
        .where("type", "=", "authenticatorApp")
        .execute();
      for (const row of rows) {
        const candidate = candidates.find(({ id, revision }) => id === row.id && revision === row.revision);
        if (candidate === undefined) continue;
        const step = matchingStep(sealer.unseal(methodPlace(userId ?? NOBODY, row.id), row.sealed_value), code, clock.now());
        if (step !== null && (await spendStep(db, row.id, step, clock.now()))) return candidate;
      }
      return null;
    },
  };
}

/** Takes the step, if neither it nor a later one was taken before: of many at once, one succeeds (security.md F04, attacks A112). */
async function spendStep(db: Db, id: string, step: number, now: number): Promise<boolean> {
  const taken = await db
    .updateTable("authentication_methods")
    .set({ last_step: String(step), last_used_at: new Date(now) })
    .where("id", "=", id)
    .where((eb) => eb.or([eb("last_step", "is", null), eb("last_step", "<", String(step))]))
    .executeTakeFirst();
  return taken.numUpdatedRows === 1n;
}
