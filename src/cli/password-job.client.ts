import { setTimeout as pause } from "node:timers/promises";
import { fieldsOf, pathOf } from "./api-command.client.ts";
import { showCounted } from "./counted-progress.process.ts";
import { type Api, notRekey } from "./rest.client.ts";

/** A job in bulk, as the API answers it. */
export interface PasswordJob {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
}

export const JOB_PATHS = { reset: "/v1/password-reset-jobs", change: "/v1/password-change-jobs" } as const;
export type JobKind = keyof typeof JOB_PATHS;

const POLL_MS = 500;

/** @throws Refused for an answer that is no job */
export function readJob(api: Api, document: unknown): PasswordJob {
  const { id, state, total, done, failed, skipped } = fieldsOf(api, document);
  const counts = [total, done, failed, skipped];
  if (typeof id !== "string" || typeof state !== "string" || !counts.every((count) => typeof count === "number")) throw notRekey(api.url);
  return { id, state, total, done, failed, skipped } as PasswordJob;
}

export function jobPath(kind: JobKind, id: string): string {
  return JOB_PATHS[kind] + pathOf`/${id}`;
}

/** Waits until a job is over, and shows how far it is. Whoever stops waiting stops nothing: the service goes on. */
export async function followJob(api: Api, kind: JobKind, begun: PasswordJob): Promise<PasswordJob> {
  const progress = showCounted(kind === "reset" ? "Resetting" : "Forcing changes");
  let job = begun;
  try {
    for (;;) {
      progress.at(job.done + job.failed + job.skipped, job.total);
      if (job.state !== "running") return job;
      await pause(POLL_MS);
      job = readJob(api, await api.get(jobPath(kind, job.id)));
    }
  } finally {
    progress.end();
  }
}
