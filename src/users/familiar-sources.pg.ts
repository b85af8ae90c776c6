import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { DAY } from "../kit/clock.ts";

/** For so long a source is familiar after the person was last there: networks find new owners. */
const FAMILIAR_DAYS = 90;

/** SQL over a `users` row called `u`. By the database's clock: minutes do not matter in ninety days, and the look-up keeps one text. */
export function isFamiliar(sourceTag: string): RawBuilder<boolean> {
  return sql<boolean>`exists (
        select 1 from familiar_sources f where f.user_id = u.id and f.source_tag = ${sourceTag}
          and f.last_seen_at > now() - ${sql.lit(`${FAMILIAR_DAYS} days`)}::interval
      )`;
}

/** The person was here. Of two nodes whose clocks differ the later time stays. */
export async function rememberSource(db: Db | Transaction<Database>, userId: string, sourceTag: string, now: number): Promise<void> {
  await sql`
    insert into familiar_sources (user_id, source_tag, last_seen_at) values (${userId}, ${sourceTag}, ${new Date(now)})
    on conflict (user_id, source_tag) do update set last_seen_at = greatest(familiar_sources.last_seen_at, excluded.last_seen_at)`.execute(
    db,
  );
}

/**
 * Whoever was there since then was perhaps not the person: the source of a disputed reset, which was written at the very time of the
 * reset, and those of sign-ins with its password. The person's own are familiar again from the next sign-in on.
 */
export async function forgetSourcesSince(trx: Transaction<Database>, userId: string, since: Date): Promise<void> {
  await trx.deleteFrom("familiar_sources").where("user_id", "=", userId).where("last_seen_at", ">=", since).execute();
}

/** Deletes a batch of what is familiar no more. @returns how many */
export async function forgetOldSources(db: Db, now: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from familiar_sources where (user_id, source_tag) in (
      select user_id, source_tag from familiar_sources where last_seen_at <= ${new Date(now - FAMILIAR_DAYS * DAY)}
      limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  return rows.length;
}
