import type { Clock } from "../kit/clock.ts";
import type { Random } from "../kit/random.ts";
import type { Turns } from "../kit/turns.ts";
import type { Job } from "../messages/message-queue.ts";
import type { JudgeNewPassword } from "../passwords/judge-new-password.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { HashingOverloaded } from "../passwords/password-hasher.ts";
import { newTemporaryPassword } from "../passwords/temporary-password.ts";
import type { TenantStore } from "../tenants/tenant-store.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ContactStore } from "../users/contacts.ts";
import { generatePassword } from "./generated-password.ts";
import type { PasswordJobStore } from "./password-job.ts";
import type { JobPart, Outcome, PasswordJobParts, PendingRow, Prepared, Written } from "./password-job-part.ts";
import { linkEnd, passwordEnd } from "./reset-terms.ts";

export interface RunPasswordJobDeps {
  readonly parts: PasswordJobParts;
  readonly cancel: PasswordJobStore["cancel"];
  readonly tenants: TenantStore;
  readonly accounts: AccountStore;
  readonly contacts: ContactStore;
  readonly hasher: Pick<PasswordHasher, "hash">;
  readonly judgeNewPassword: JudgeNewPassword;
  /** Lifts the lockout and ends the sessions at once; a job of each person repeats the latter. Never throws. */
  readonly feel: (written: Written) => Promise<void>;
  /** How many hashes run at once in this process. */
  readonly slots: number;
  /** However many jobs run, so many rows are written at once: the database is everybody's. */
  readonly turns: Turns;
  readonly clock: Clock;
  readonly random: Random;
}

export type RunPasswordJob = (job: Extract<Job, { task: "run-password-job" }>, attempt: number) => Promise<void>;

/** For each slot: about a second of work, so that a process that stops has not long to wait, and progress is seen. */
const ROWS_OF_SLOT = 40;
/** While one is written, the next is hashed. */
const LANES_OF_SLOT = 2;
/** From this attempt on what fails for one person costs that person alone, and no longer the whole job. */
const PATIENT_ATTEMPTS = 3;

/**
 * Does the next part of a job: so many people, then the queue has its turn again. What is killed in the middle is taken up by another process,
 * which goes on with whoever is still pending.
 */
export function createRunPasswordJob(deps: RunPasswordJobDeps): RunPasswordJob {
  const { parts, cancel, tenants, slots, clock } = deps;
  const size = ROWS_OF_SLOT * slots;
  return async ({ passwordJobId, part: number }, attempt) => {
    const part = await parts.take(passwordJobId, number, size);
    if (part === null) return;
    const { job, rows } = part;
    if (part.roles === null) {
      await cancel(job, { tenantId: job.tenantId, actor: { kind: "system" }, now: clock.now() }, "requester-without-right");
      return;
    }
    const { policy } = (await tenants.read(job.tenantId)).facts;
    const waiting = [...rows];
    const failures: unknown[] = [];
    const lane = async () => {
      for (let row = waiting.shift(); row !== undefined && failures.length === 0; row = waiting.shift())
        await doRow(deps, part, row, policy.temporaryPassword.lifetimeHours, attempt).catch((error: unknown) => failures.push(error));
    };
    await Promise.all(Array.from({ length: LANES_OF_SLOT * slots }, lane));
    if (failures.length > 0) throw failures[0];
    await parts.end(part, rows.length < size, clock.now());
  };
}

async function doRow(deps: RunPasswordJobDeps, part: JobPart, row: PendingRow, lifetimeHours: number, attempt: number): Promise<void> {
  const { parts, feel, turns, clock } = deps;
  try {
    const prepared = await prepare(deps, part, row, lifetimeHours);
    if ("state" in prepared) await parts.settle(part, row, prepared, clock.now());
    else {
      const written = await turns(() => parts.apply(part, row, prepared, clock.now()));
      if (written !== null) await feel(written);
    }
  } catch (error) {
    // A busy moment is nobody's fault.
    if (attempt < PATIENT_ATTEMPTS || error instanceof HashingOverloaded) throw error;
    await parts.settle(part, row, { state: "failed", reason: "error" }, clock.now());
  }
}

/** What takes time is done before any lock is taken. */
async function prepare(deps: RunPasswordJobDeps, { job }: JobPart, row: PendingRow, lifetimeHours: number): Promise<Prepared | Outcome> {
  const { parts, accounts, contacts, hasher, random, clock } = deps;
  if (job.kind === "change") return { what: "change" };
  const now = clock.now();
  const expiresAt = job.mustChange ? passwordEnd(now, lifetimeHours) : null;
  const makePassword = async (made: string): Promise<Prepared> => ({ what: "password", phc: await hasher.hash(made), made, expiresAt });
  // It opens nothing but its own change: no rule of the person's needs to hold for it, and judging takes time.
  if (job.mode === "temporaryPassword" && row.password === null && job.mustChange) return makePassword(newTemporaryPassword(random));
  const account = await accounts.findById(row.userId, "");
  // Of a suspended organisation nobody is found: this attempt ends, and the next finds that there is nothing to do yet.
  if (account === null && !(await parts.open(job))) throw new Error("the organisation was suspended while its job ran");
  if (account === null) return { state: "skipped", reason: "deleted" };
  if (row.password === null && job.mode === "temporaryPassword") return makePassword(generatePassword(random, account));
  if (row.password === null) {
    const { emails } = await contacts.contactsOf(account.id, account.mail);
    return emails.length === 0 ? { state: "failed", reason: "no-address" } : { what: "link", expiresAt: linkEnd(now, lifetimeHours) };
  }
  const verdict = await deps.judgeNewPassword(account, row.password);
  if (!verdict.ok) return { state: "failed", reason: "password-rejected", reasons: verdict.reasons };
  return { what: "password", phc: await hasher.hash(row.password), made: null, expiresAt };
}
