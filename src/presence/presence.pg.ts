import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { KeptSession } from "../database/kept-session.pg.ts";
import { SECOND } from "../kit/clock.ts";
import { createRepetition } from "../kit/repetition.ts";
import { SPREAD_CHANNEL } from "./policy-spread.ts";

const BEAT_MS = 5 * SECOND;
/** Nobody waits that long for an answer. */
const QUESTION_LIFE = sql.lit("1 minute");
const LIVE_FOR = sql.lit("30 seconds");

/** While it is started, others see that this process is there, and are told what it follows. */
export interface Presence {
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Options {
  readonly db: Db;
  readonly session: KeptSession;
  readonly role: string;
  /** As this process reads it whenever it judges somebody. */
  readonly policyVersion: (tenantId: string) => Promise<number>;
  readonly log: { warn(details: object, message: string): void };
}

/**
 * Tells every few seconds, and whenever somebody asks, that this process is there, and answers open questions from what it reads itself, on
 * its own connections. Questions come by a notice; one that was lost is made up for by the next beat.
 */
export function createPresence({ db, session, role, policyVersion, log }: Options): Presence {
  const id = randomUUID();
  const beats = createRepetition(
    async () => {
      await beat(db, id, role);
      await answerQuestions(db, id, policyVersion);
      await forget(db);
      return BEAT_MS;
    },
    (error) => {
      log.warn({ err: error }, "this process could not tell that it is there");
      return BEAT_MS;
    },
  );
  return {
    async start() {
      await session.listen(SPREAD_CHANNEL, beats.soon);
      beats.start();
    },
    async stop() {
      await beats.stop();
      await db.deleteFrom("processes").where("id", "=", id).execute();
    },
  };
}

async function beat(db: Db, id: string, role: string): Promise<void> {
  await sql`insert into processes (id, role) values (${id}, ${role}) on conflict (id) do update set seen_at = now()`.execute(db);
}

async function answerQuestions(db: Db, id: string, policyVersion: Options["policyVersion"]): Promise<void> {
  const { rows } = await sql<{ id: string; tenant_id: string }>`
    select q.id, q.tenant_id from spread_questions q
    where q.asked_at > now() - ${QUESTION_LIFE}::interval
      and not exists (select 1 from spread_answers a where a.question_id = q.id and a.process_id = ${id})`.execute(db);
  for (const question of rows) {
    const version = await policyVersion(question.tenant_id);
    // Whoever asked may have gone on without us: then there is no question any more.
    await sql`
      insert into spread_answers (question_id, process_id, version)
      select q.id, ${id}::uuid, ${version}::int from spread_questions q where q.id = ${question.id} and q.tenant_id = ${question.tenant_id} for key share
      on conflict do nothing`.execute(db);
  }
}

/** Many processes do it at once, so nobody waits for anybody. */
async function forget(db: Db): Promise<void> {
  await sql`
    delete from processes where id in (
      select id from processes where seen_at <= now() - ${LIVE_FOR}::interval for update skip locked)`.execute(db);
  await sql`
    delete from spread_questions where id in (
      select id from spread_questions where asked_at <= now() - ${QUESTION_LIFE}::interval for update skip locked)`.execute(db);
}

export interface ProcessRow {
  id: string;
  role: string;
  started_at: Date;
  seen_at: Date;
  version: number | null;
}

/** Who is there, each with its answer to the question. */
export async function readAnswers(db: Db, questionId: string): Promise<ProcessRow[]> {
  const { rows } = await sql<ProcessRow>`
    select p.id, p.role, p.started_at, p.seen_at, a.version
    from processes p left join spread_answers a on a.process_id = p.id and a.question_id = ${questionId}
    where p.seen_at > now() - ${LIVE_FOR}::interval order by p.started_at, p.id`.execute(db);
  return rows;
}
