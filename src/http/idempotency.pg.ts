import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { KEPT_MS, type KeptAnswer, type KeptAnswers, type KeyedCall } from "./idempotency.ts";

interface Deps {
  readonly db: Db;
  /** An answer may hold what is shown once: it rests sealed, and the request as a keyed tag, since its body may hold a password. */
  readonly sealer: {
    seal(place: string, value: string): Buffer;
    unseal(place: string, sealed: Buffer): string;
    tag(purpose: string, value: string): string;
  };
}

interface Row {
  request_hash: string;
  status: number | null;
  body: { sealed: string } | null;
}

export function createKeptAnswers({ db, sealer }: Deps): KeptAnswers {
  const tagOf = (call: KeyedCall) => sealer.tag("idempotent request", call.request);
  const placeOf = (call: KeyedCall) => `idempotent_answers/${call.caller}/${call.key}`;
  const open = (call: KeyedCall, status: number, body: { sealed: string } | null): KeptAnswer => ({
    status,
    body: JSON.parse(sealer.unseal(placeOf(call), Buffer.from(body?.sealed ?? "", "base64"))),
  });
  const own = (call: KeyedCall) => sql`caller = ${call.caller} and key = ${call.key} and request_hash = ${tagOf(call)} and status is null`;
  return {
    async claim(call, now) {
      const tag = tagOf(call);
      await sql`
        delete from idempotent_answers where caller = ${call.caller} and key = ${call.key} and created_at <= ${oldest(now)}`.execute(db);
      const claimed = await sql`
        insert into idempotent_answers (caller, key, request_hash, created_at) values (${call.caller}, ${call.key}, ${tag}, ${new Date(now)})
        on conflict (caller, key) do nothing returning key`.execute(db);
      if (claimed.rows.length > 0) return { outcome: "claimed" };
      const found = await sql<Row>`
        select request_hash, status, body from idempotent_answers where caller = ${call.caller} and key = ${call.key}`.execute(db);
      const [row] = found.rows;
      // Released in this very moment: whoever asks again gets it.
      if (row === undefined) return { outcome: "running" };
      if (row.request_hash !== tag) return { outcome: "another-request" };
      return row.status === null ? { outcome: "running" } : { outcome: "answered", answer: open(call, row.status, row.body) };
    },
    async alive(call, now) {
      await sql`update idempotent_answers set created_at = ${new Date(now)} where ${own(call)}`.execute(db);
    },
    async keep(call, { status, body }) {
      const sealed = sealer.seal(placeOf(call), JSON.stringify(body)).toString("base64");
      await sql`update idempotent_answers set status = ${status}, body = ${JSON.stringify({ sealed })} where ${own(call)}`.execute(db);
    },
    async release(call) {
      await sql`delete from idempotent_answers where ${own(call)}`.execute(db);
    },
  };
}

const oldest = (now: number) => new Date(now - KEPT_MS);

/** Deletes a batch of answers that are kept no longer. @returns how many */
export async function forgetOldAnswers(db: Db, now: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from idempotent_answers where (caller, key) in (
      select caller, key from idempotent_answers where created_at <= ${oldest(now)} limit ${limit} for update skip locked
    ) returning 1`.execute(db);
  return rows.length;
}
