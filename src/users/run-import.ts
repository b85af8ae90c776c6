import type { Actor } from "../audit/audit-event.ts";
import { breath } from "../kit/breath.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { Turns } from "../kit/turns.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import type { CredentialVersions } from "../sign-in/credential-versions.ts";
import type { TenantStore } from "../tenants/tenant-store.ts";
import { type ImportLine, readImport } from "./import-file.ts";
import type { ImportJob, ImportStore } from "./import-job.ts";
import { planImport, type TagOf } from "./import-plan.ts";
import { type RowRules, readyRows } from "./import-rows.ts";
import type { Attendance } from "./running-imports.ts";

interface Deps {
  readonly store: ImportStore;
  readonly tenants: TenantStore;
  readonly hasher: PasswordHasher;
  readonly versions: CredentialVersions;
  readonly tagOf: TagOf;
  /** However many imports run, so many batches are written at once: the database is everybody's. */
  readonly turns: Turns;
  readonly clock: Clock;
}

export interface ImportAsked extends Attendance {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly groupsAllowed: boolean;
  readonly kind: "csv" | "ndjson";
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Called after each batch. */
  readonly alive: () => Promise<void>;
}

export type RunImport = (asked: ImportAsked) => Promise<ImportJob>;

const BATCH = 500;
/** After so many rows other requests get their turn. */
const BREATH = 50;
/** How often a batch is planned anew because somebody else was writing the same people. */
const MOST_PLANS = 5;

/**
 * Reads a file of people and writes it batch by batch: one is written while the next is read, and memory holds these
 * two. Each batch is one transaction with its outcomes, so whatever ends the import, what the job says is what was done, and the same
 * file again goes on harmlessly.
 * @throws {Problem} `import-refused` for a file that cannot be read at all, before anything is written; and whatever ended it in the middle
 */
export function createRunImport(deps: Deps): RunImport {
  const { store, clock } = deps;
  return async (asked) => {
    const act = () => ({ tenantId: asked.tenantId, actor: asked.actor, now: clock.now() });
    const rules: RowRules = { tenant: await deps.tenants.read(asked.tenantId), groupsAllowed: asked.groupsAllowed, hasher: deps.hasher };
    const begin = async () => {
      const id = await store.begin(act());
      asked.began(id);
      return id;
    };
    const unknown: string[] = [];
    let job: string | undefined;
    let batch: ImportLine[] = [];
    let writing: Promise<void> | undefined;
    let read = 0;
    try {
      for await (const line of readImport(asked.bytes, asked.kind, (headings) => unknown.push(...headings))) {
        job ??= await begin();
        batch.push(line);
        read += 1;
        if (batch.length === BATCH) {
          await writing;
          writing = writeBatch(deps, job, batch, rules, asked);
          // What goes wrong is told by the next `await`, not to nobody.
          writing.catch(() => undefined);
          batch = [];
        } else if (read % BREATH === 0) await breath();
      }
      job ??= await begin();
      await writing;
      await writeBatch(deps, job, batch, rules, asked);
      return await store.finish(job, "done", ignoredColumns(unknown), act());
    } catch (error) {
      await writing?.catch(() => undefined);
      if (job !== undefined) await store.finish(job, "failed", endedBy(error), act()).catch(() => undefined);
      throw error;
    }
  };
}

async function writeBatch(deps: Deps, job: string, batch: readonly ImportLine[], rules: RowRules, asked: ImportAsked): Promise<void> {
  const { store, versions, tagOf, turns, clock } = deps;
  const { tenantId, actor, signal } = asked;
  signal.throwIfAborted();
  const keys = batch.flatMap((line) => ("user" in line ? [line.user.upnKey] : []));
  for (let tries = 1; tries <= MOST_PLANS; tries++) {
    const [people, guarded] = await Promise.all([store.find(tenantId, keys), store.guardedGroups(tenantId)]);
    const rows = await readyRows(batch, people, rules);
    const plan = planImport(rows, people, guarded, tagOf);
    const written = await turns(() => store.commit(job, plan, { tenantId, actor, now: clock.now() }));
    if (written.outcome === "again") continue;
    // It is so in PostgreSQL; a durable job repeats it for the session store.
    await Promise.allSettled(written.disabled.map(({ id, credentialVersion }) => versions.raise(id, credentialVersion)));
    await asked.alive();
    return;
  }
  throw new Problem("conflict", { detail: "Others were changing the same people all the time. Send the file again." });
}

function ignoredColumns(headings: readonly string[]): string | null {
  return headings.length === 0 ? null : `Columns that nobody knows were passed over: ${headings.slice(0, 50).join(", ")}.`;
}

function endedBy(error: unknown): string {
  const why = error instanceof Problem ? error.message : "An error on our side ended it.";
  return `${why} What is counted here was done; the same file can be sent again.`;
}
