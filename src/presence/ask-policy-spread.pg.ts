import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { type AskPolicySpread, type ProcessFollowing, SPREAD_CHANNEL } from "./policy-spread.ts";
import { type ProcessRow, readAnswers } from "./presence.pg.ts";

/** Together a second, within which a change is to hold everywhere. */
const LOOKS = 40;
const BETWEEN_LOOKS_MS = 25;

interface Deps {
  readonly db: Db;
  readonly policyVersion: (tenantId: string) => Promise<number>;
  readonly wait: (ms: number) => Promise<unknown>;
}

export function createAskPolicySpread({ db, policyVersion, wait }: Deps): AskPolicySpread {
  return async (tenantId) => {
    const version = await policyVersion(tenantId);
    const question = randomUUID();
    await ask(db, question, tenantId);
    try {
      let rows = await readAnswers(db, question);
      for (let look = 0; look < LOOKS && rows.some((row) => row.version === null); look++) {
        await wait(BETWEEN_LOOKS_MS);
        rows = await readAnswers(db, question);
      }
      return { version, processes: rows.map((row) => following(row, version)) };
    } finally {
      await db.deleteFrom("spread_questions").where("id", "=", question).where("tenant_id", "=", tenantId).execute();
    }
  };
}

/** One statement: the notice goes out when the question can be read. */
async function ask(db: Db, question: string, tenantId: string): Promise<void> {
  await sql`
    with asked as (insert into spread_questions (id, tenant_id) values (${question}, ${tenantId}) returning id)
    select pg_notify(${SPREAD_CHANNEL}, '') from asked`.execute(db);
}

function following({ id, role, started_at, seen_at, version }: ProcessRow, current: number): ProcessFollowing {
  const follows = version !== null && version >= current;
  return { id, role, startedAt: started_at.getTime(), seenAt: seen_at.getTime(), version, follows };
}
