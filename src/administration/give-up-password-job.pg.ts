import type { Db } from "../database/connect.pg.ts";
import type { Clock } from "../kit/clock.ts";
import type { GivenUp } from "../messages/given-up.ts";
import type { PasswordJobStore } from "./password-job.ts";
import { jobOf } from "./password-job-store.pg.ts";

interface Deps {
  readonly db: Db;
  readonly clock: Clock;
  readonly cancel: PasswordJobStore["cancel"];
}

/**
 * Ends a job whose next part was tried for the last time: nothing would go on with it, it would be running for ever, and its passwords would
 * be kept as long. Whoever was done stays done, and has the usual day to be told.
 */
export function createGiveUpPasswordJob({ db, clock, cancel }: Deps): (given: Pick<GivenUp, "job">) => Promise<void> {
  return async ({ job }) => {
    if (job.task !== "run-password-job") return;
    const { passwordJobId: id, part } = job;
    // Another part of it: the chain has gone on without this one.
    const open = db.selectFrom("password_jobs").selectAll().where("id", "=", id).where("part", "=", part).where("state", "=", "running");
    const row = await open.executeTakeFirst();
    if (row !== undefined) await cancel(jobOf(row), { tenantId: row.tenant_id, actor: { kind: "system" }, now: clock.now() }, "given-up");
  };
}
