import type pg from "pg";
import { NOBODY_HOLDS } from "../database/kept-session.pg.ts";
import { createRepetition, type Repetition } from "../kit/repetition.ts";
import type { RecordGivenUp } from "./given-up.ts";
import type { Job } from "./message-queue.ts";
import { PRESENCE } from "./queue-run.pg.ts";

/** Frees the jobs of processes that died, again and again, until stopped. */
export type OrphanWatch = Pick<Repetition, "start" | "stop">;

interface Options {
  readonly pool: pg.Pool;
  readonly log: { warn(details: object, message: string): void };
  /** For a job whose last attempt died with its process. */
  readonly onGivenUp: RecordGivenUp;
}

const PAUSE_MS = 1_000;

/**
 * A process that is killed leaves its jobs locked; the library frees them after four hours. Here it is whoever holds a job without being present
 * that loses it: seen absent twice in a row, so that a connection that is just coming back keeps what it is doing. A job that was nearly
 * done is done again, and sends the same code (design §3).
 */
export function createOrphanWatch({ pool, log, onGivenUp }: Options): OrphanWatch {
  let suspects: readonly string[] = [];

  const look = async (): Promise<void> => {
    const absent = await findAbsent(pool);
    const dead = absent.filter((holder) => suspects.includes(holder));
    suspects = absent.filter((holder) => !dead.includes(holder));
    if (dead.length === 0) return;
    const { freed, spent } = await free(pool, dead);
    log.warn({ jobs: freed, workers: dead.length }, "jobs of a worker that died are free again");
    for (const { id, task, payload, attempts } of spent)
      await onGivenUp({ jobId: id, job: { task, ...payload } as Job, attempts, failure: null });
  };
  return createRepetition(
    async () => {
      await look();
      return PAUSE_MS;
    },
    (error) => {
      suspects = [];
      log.warn({ err: error }, "jobs of workers that died could not be looked for");
      return PAUSE_MS;
    },
  );
}

async function findAbsent(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ holder: string }>(
    `with holders as materialized (
       select distinct locked_by as holder, $1 || locked_by as name from graphile_worker._private_jobs where locked_by is not null
     )
     select holder from holders where ${NOBODY_HOLDS}`,
    [PRESENCE],
  );
  return rows.map(({ holder }) => holder);
}

interface Freed {
  readonly freed: number;
  /** Locked at their last attempt: nothing will try them again. */
  readonly spent: readonly { id: string; task: string; payload: object; attempts: number }[];
}

async function free(pool: pg.Pool, holders: readonly string[]): Promise<Freed> {
  const { rows } = await pool.query<{ freed: string } & Freed["spent"][number] & { last: boolean }>(
    `with dead as materialized (
       select holder from (select holder, $2 || holder as name from unnest($1::text[]) holder) named where ${NOBODY_HOLDS}
     ), locked as materialized (
       select j.id, t.identifier as task, j.payload, j.attempts, j.attempts >= j.max_attempts as last
       from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
       where j.locked_by in (select holder from dead)
     ), unlocked as materialized (select graphile_worker.force_unlock_workers(array(select holder from dead)))
     select locked.* from locked, unlocked`,
    [holders, PRESENCE],
  );
  return { freed: rows.length, spent: rows.filter(({ last }) => last) };
}
