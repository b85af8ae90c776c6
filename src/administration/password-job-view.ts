import { type Static, Type } from "typebox";
import { timestamp } from "../kit/clock.ts";
import { type JobKind, type JobMode, type JobRow, type JobState, type PasswordJob, passwordsOf, type RowState } from "./password-job.ts";

const exact = { additionalProperties: false } as const;
const count = Type.Integer({ minimum: 0 });
const time = Type.String({ format: "date-time" });
const MODES: readonly JobMode[] = ["temporaryPassword", "link"];
export const Mode = Type.Unsafe<JobMode>({ type: "string", enum: MODES });

export const JobView = Type.Object(
  {
    id: Type.String(),
    state: Type.Unsafe<JobState>({ type: "string", enum: ["running", "done", "cancelled"] }),
    total: count,
    done: count,
    failed: count,
    skipped: count,
    whom: Type.Unsafe<PasswordJob["whom"]>({ type: "string", enum: ["list", "group", "all"] }),
    mode: Type.Optional(Mode),
    mustChange: Type.Boolean(),
    requestedBy: Type.Object({ kind: Type.String(), id: Type.Optional(Type.String()) }, exact),
    createdAt: time,
    finishedAt: Type.Union([time, Type.Null()]),
    passwords: Type.Optional(
      Type.Unsafe<"available" | "acknowledged" | "expired">({
        type: "string",
        enum: ["available", "acknowledged", "expired"],
        description: "Whether whoever asked can still read the passwords that were made.",
      }),
    ),
  },
  exact,
);

export function viewJob(job: PasswordJob, now: number): Static<typeof JobView> {
  const { id, kind, state, total, done, failed, skipped, whom, mode, mustChange, requestedBy, createdAt, finishedAt } = job;
  const times = { createdAt: timestamp(createdAt), finishedAt: finishedAt === null ? null : timestamp(finishedAt) };
  const ofReset = kind === "reset" ? { mode, passwords: passwordsOf(job, now) } : {};
  return { id, state, total, done, failed, skipped, whom, mustChange, requestedBy, ...times, ...ofReset };
}

const OUTCOMES: readonly RowState[] = ["pending", "done", "failed", "skipped", "cancelled"];
export const RowView = Type.Object(
  {
    position: Type.Integer({ description: "The place in the list, the line of the file; from 1." }),
    userId: Type.Union([Type.String(), Type.Null()]),
    userPrincipalName: Type.String(),
    outcome: Type.Unsafe<RowState>({ type: "string", enum: OUTCOMES }),
    reason: Type.Optional(Type.String()),
    reasons: Type.Optional(Type.Array(Type.String())),
    temporaryPassword: Type.Optional(Type.String({ description: "The one that was made: the person must be told it." })),
    expiresAt: Type.Optional(time),
  },
  exact,
);

export function viewRow({ position, userId, userPrincipalName, state, ...row }: JobRow): Static<typeof RowView> {
  const { reason, reasons, temporaryPassword, expiresAt } = row;
  return {
    ...{ position, userId, userPrincipalName, outcome: state },
    ...(reason === null ? {} : { reason }),
    ...(reasons === null ? {} : { reasons: [...reasons] }),
    ...(temporaryPassword === null ? {} : { temporaryPassword }),
    ...(expiresAt === null ? {} : { expiresAt: timestamp(expiresAt) }),
  };
}

/** Where jobs of a kind are. */
export const PATHS: Readonly<Record<JobKind, string>> = { reset: "/v1/password-reset-jobs", change: "/v1/password-change-jobs" };
