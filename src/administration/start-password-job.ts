import type { Sealer } from "../keys/sealer.ts";
import { faulty } from "../kit/field-faults.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { parseEmailAddress } from "../methods/email-address.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Act } from "../users/user-writer.ts";
import type { JobMode, JobOrder, PasswordJob, PasswordJobStore } from "./password-job.ts";
import type { AskSecondPerson, Clearance } from "./two-person-rule.ts";
import { openWaitingAddress, sealWaitingAddress } from "./waiting-wish.ts";

interface Deps {
  readonly store: Pick<PasswordJobStore, "begin">;
  readonly askSecondPerson: AskSecondPerson;
  readonly sealer: Sealer;
  readonly throttle: ThrottleStore;
  readonly limits: Limits;
}

export type JobStarted =
  | { readonly outcome: "started"; readonly job: PasswordJob }
  /** A reset of everybody waits for a second person. */
  | { readonly outcome: "waiting"; readonly approvalId: string };

/**
 * @param cleared what the second person said already, for whoever carries out what waited
 * @throws {Problem} `invalid-request` for a group that is not there or an address that is none, `conflict` for chosen people who are most of the
 * organisation where the two-person rule is on, `too-many-attempts`
 */
export type StartPasswordJob = (act: Act, order: JobOrder, cleared?: Clearance) => Promise<JobStarted>;

/** Whom it named would have to be kept until somebody agrees, with the passwords of a file: it is asked for anew as what it is. */
const NEARLY_EVERYONE =
  'The two-person rule is on, and these are more than half of the organisation: send it as users "all", which asks a second person, or in smaller parts.';

/** Puts a job with all its rows into the database, and its first part into the queue: from then on it needs nobody. */
export function createStartPasswordJob({ store, askSecondPerson, sealer, throttle, limits }: Deps): StartPasswordJob {
  return async (act, order, cleared) => {
    const { emailTo } = order;
    const address = emailTo === null ? null : parseEmailAddress(emailTo);
    if (address !== null && !address.ok) throw faulty([{ field: "/emailTo", reason: "is not an email address" }]);
    const key = `password-jobs:${"id" in act.actor ? act.actor.id : act.tenantId}`;
    const verdict = judge(await throttle.take(key, limits.passwordJobs, act.now), limits.passwordJobs, act.now);
    if (verdict.over) throw tooManyAttempts(verdict.retryAt - act.now);
    const clearance = cleared ?? (await clearanceOf(askSecondPerson, sealer, act, order));
    if (clearance.outcome === "waiting") return clearance;
    const begun = await store.begin({ ...order, emailTo: address?.address ?? null }, act, clearance.alone);
    if (begun.outcome === "unknown-group") throw faulty([{ field: "/users/group", reason: "there is no such group" }]);
    if (begun.outcome === "nearly-everyone") throw new Problem("conflict", { detail: NEARLY_EVERYONE });
    return { outcome: "started", job: begun.job };
  };
}

/** To reset everybody is one of the acts that two agree to. To have passwords changed takes nothing from anybody. */
async function clearanceOf(ask: AskSecondPerson, sealer: Sealer, act: Act, order: JobOrder): Promise<Clearance> {
  const { kind, whom, mode, mustChange, emailTo } = order;
  if (kind !== "reset" || whom.kind !== "all") return { outcome: "cleared", alone: false };
  return ask(act, {
    kind: "reset-everyone",
    body: { users: "all", mode, mustChange, ...sealWaitingAddress(sealer, act.tenantId, emailTo) },
  });
}

/** The order that waited for a second person, from the body that {@link AskSecondPerson} kept. */
export function orderOfEveryone(sealer: Sealer, tenantId: string, body: Readonly<Record<string, unknown>>): JobOrder {
  const { mode, mustChange } = body;
  return {
    kind: "reset",
    whom: { kind: "all" },
    mode: (mode === "link" ? "link" : "temporaryPassword") satisfies JobMode,
    mustChange: mustChange !== false,
    emailTo: openWaitingAddress(sealer, tenantId, body),
  };
}
