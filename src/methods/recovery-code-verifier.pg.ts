import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Clock } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { NOBODY } from "../users/nobody.ts";
import { writeChangeLink } from "./change-link.pg.ts";
import { normalizeRecoveryCode } from "./recovery-code.ts";
import type { RecoveryCodeVerifier } from "./recovery-code-verifier.ts";

interface Deps {
  readonly db: Db;
  readonly hasher: Pick<PasswordHasher, "hashLike" | "decoy">;
  readonly clock: Clock;
  readonly random: Random;
}

export function createRecoveryCodeVerifier({ db, hasher, clock, random }: Deps): RecoveryCodeVerifier {
  return {
    async verify(userId, candidates, typed) {
      const code = normalizeRecoveryCode(typed);
      const owner = userId ?? NOBODY;
      // Any code of the set, used or not: it holds the salt and the cost of all.
      const { rows } = await sql<{ id: string; revision: number; hash: string }>`
        select m.id, m.revision, c.hash from authentication_methods m join recovery_codes c on c.method_id = m.id
        where m.user_id = ${owner} and m.type = 'recoveryCodes' limit 1`.execute(db);
      const [set] = rows;
      const candidate = set && candidates.find(({ id, revision }) => id === set.id && revision === set.revision);
      const hash = set === undefined || candidate === undefined ? await noHash(hasher, code) : await hasher.hashLike(code, set.hash);
      const spent = await spend({ db, random }, owner, candidate?.id ?? NOBODY, hash, clock.now());
      return spent ? (candidate ?? null) : null;
    },
  };
}

/** The same work, and a hash that fits no row. */
async function noHash(hasher: Deps["hasher"], code: string): Promise<string> {
  await hasher.decoy(code);
  return "";
}

/** The code dies and the notice is on its way in one transaction: a code that was used in silence cannot be. */
async function spend({ db, random }: Pick<Deps, "db" | "random">, userId: string, methodId: string, hash: string, now: number) {
  const at = new Date(now);
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ tenant_id: string }>`
      with spent as (
        update recovery_codes set used_at = ${at} where method_id = ${methodId} and hash = ${hash} and used_at is null returning method_id
      )
      update authentication_methods m set last_used_at = ${at} from spent, users u
      where m.id = spent.method_id and u.id = m.user_id returning u.tenant_id`.execute(trx);
    const [used] = rows;
    if (used === undefined) return false;
    const linkId = newId(random);
    await writeChangeLink(trx, { linkId, tenantId: used.tenant_id, userId, now });
    await createMessageQueue(trx).enqueue({
      task: "send-method-notice",
      change: "code-used",
      type: "recoveryCodes",
      userId,
      methodId,
      linkId,
      at: now,
    });
    return true;
  });
}
