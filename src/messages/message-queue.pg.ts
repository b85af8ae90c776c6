import { type Kysely, sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import type { Job, MessageQueue } from "./message-queue.ts";

/**
 * How often a job is tried before it is given up, visibly. Between attempts it waits exp(attempt) seconds, at most six hours, and up to half
 * of that again (`retry-wait.ts`): 6 attempts take 4 to 6 minutes, 12 take 16 to 24 hours, 25 take four to six days.
 */
const MAX_ATTEMPTS: Record<Job["task"], number> = {
  "send-code": 6,
  "send-notice": 12,
  "send-pause-notice": 12,
  "send-registration-code": 6,
  "send-method-notice": 12,
  "send-change-notice": 12,
  "send-user-name": 6,
  "send-reset-link": 12,
  "send-reset-by-administrator-notice": 12,
  "send-administrators-notice": 12,
  "run-password-job": 25,
  "send-password-job-notice": 12,
  "send-approval-notice": 6,
  "lift-lockout": 12,
  "send-help-request": 12,
  "raise-credential-version": 25,
};

/**
 * The queue of graphile-worker, called through its SQL function so that a job is part of the transaction that causes it.
 * A notified worker starts within milliseconds.
 */
export function createMessageQueue(db: Kysely<Database> | Transaction<Database>): MessageQueue {
  return {
    async enqueue(job) {
      const { task, ...payload } = job;
      await sql`select graphile_worker.add_job(${task}, ${JSON.stringify(payload)}::json, max_attempts => ${MAX_ATTEMPTS[task]})`.execute(
        db,
      );
    },
  };
}
