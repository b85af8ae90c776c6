import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Keyring } from "../keys/keyring.ts";
import { breath } from "../kit/breath.ts";
import { type Clock, DAY } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { SealEvents } from "./seal-events.ts";
import { placeOf } from "./sealed-event.ts";
import {
  type AuditProblem,
  type Head,
  problemsBetween,
  problemsOfEvents,
  problemsOfSeal,
  type StoredSeal,
  type Verification,
} from "./verification.ts";
import {
  type EventPlace,
  idsAnywhere,
  PAGE,
  type Range,
  rangeOf,
  readHead,
  readPlaces,
  readRetiredMonths,
  readSealedEvents,
  readSeals,
  type Span,
} from "./verification-reads.pg.ts";

/** However much is wrong, the answer ends. */
export const MOST_PROBLEMS = 1_000;
/** What is dropped sooner is missing, whatever the list of dropped months says. */
export const KEPT_MS = 400 * DAY;
/** Batches that are sealed before the walk: what was written until now is in it, unless others write faster. */
const SEALED_FIRST = 20;
/** Walks at once in one process: each keeps a connection, and a core busy. */
const MOST_WALKS = 4;
/** Seconds. */
const LATER = 30;

interface Deps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly sealEvents: SealEvents;
}

export interface VerifyQuery extends Span {
  /** A head that was noted earlier and must still be in the chain: so that nobody takes away its end. */
  readonly expect?: Head;
  /** Ends the walk, which then throws its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Walks the seals of one tenant, and its events, a few at a time, and names whatever is not as it was sealed.
 * One walk for each tenant at a time, over all processes: it reads everything there is.
 * @param tenantId `INSTALLATION` for what belongs to no tenant
 * @throws {Problem} `too-many-attempts` while another walk of this tenant runs, `unavailable` while too many of others do
 */
export type VerifyLog = (tenantId: string, query: VerifyQuery) => Promise<Verification>;

export function createVerifyLog(deps: Deps): VerifyLog {
  let walks = 0;
  return async (tenantId, query) => {
    if (walks >= MOST_WALKS) throw new Problem("unavailable", { detail: "Other audit logs are being verified.", retryAfter: LATER });
    walks += 1;
    try {
      // The walk reads on the connection that holds the lock: so it is never idle for as long as the server ends a transaction for.
      return await deps.db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ mine: boolean }>`
          select pg_try_advisory_xact_lock(hashtextextended(${`audit verification ${tenantId}`}, 0)) as mine`.execute(trx);
        if (rows[0]?.mine !== true)
          throw new Problem("too-many-attempts", { detail: "This audit log is being verified already.", retryAfter: LATER });
        return walk({ ...deps, db: trx }, tenantId, query);
      });
    } finally {
      walks -= 1;
    }
  };
}

async function walk(deps: Deps, tenantId: string, { expect, signal, ...span }: VerifyQuery): Promise<Verification> {
  const { db, sealEvents } = deps;
  for (let turn = 0; turn < SEALED_FIRST; turn++) {
    signal?.throwIfAborted();
    if (((await sealEvents()) ?? 0) === 0) break;
  }
  const head = await readHead(db, tenantId);
  const range = await rangeOf(db, tenantId, span, head?.number ?? 0);
  const problems: AuditProblem[] = expect === undefined ? [] : await problemsOfExpected(db, tenantId, expect);
  const walked = await walkSeals(deps, tenantId, range, problems, signal);
  const unsealed = await walkEvents(db, tenantId, range, problems, signal);
  return { ok: problems.length === 0, ...walked, unsealed, head, problems: problems.slice(0, MOST_PROBLEMS) };
}

async function problemsOfExpected(db: Db, tenantId: string, { number, hash }: Head): Promise<AuditProblem[]> {
  const found = await readHead(db, tenantId, number);
  if (found?.hash === hash) return [];
  const what =
    found === null ? "There is no seal with the number that was noted." : "The seal with this number is not the one that was noted.";
  return [{ kind: "head-missing", batch: number, detail: `${what} The end of the log was taken away, or made anew.` }];
}

async function walkSeals(
  deps: Deps,
  tenantId: string,
  range: Range,
  problems: AuditProblem[],
  signal?: AbortSignal,
): Promise<{ events: number; batches: number }> {
  const { db } = deps;
  let last = range.fromNumber - 1;
  let before = last === 0 ? undefined : await hashBefore(db, tenantId, last);
  let [events, batches] = [0, 0];
  while (problems.length < MOST_PROBLEMS) {
    signal?.throwIfAborted();
    const seals = await readSeals(db, tenantId, last, range.toNumber);
    if (seals.length === 0) break;
    const judge = await judgeEvents(deps, seals);
    for (const seal of seals) {
      const { number, hash, keyId, ids } = seal;
      problems.push(...problemsBetween(last, number, MOST_PROBLEMS));
      const key = deps.keyring.find("audit", keyId)?.bytes;
      problems.push(...problemsOfSeal(seal, number === last + 1 ? before : undefined, key), ...judge(seal, key));
      [last, before] = [number, hash];
      events += ids.length;
      batches += 1;
      await breath();
    }
  }
  return { events, batches };
}

async function hashBefore(db: Db, tenantId: string, number: number): Promise<Buffer | undefined> {
  const seal = await readHead(db, tenantId, number);
  return seal === null ? undefined : Buffer.from(seal.hash, "hex");
}

async function judgeEvents({ db, clock }: Deps, seals: readonly StoredSeal[]) {
  const events = await readSealedEvents(db, seals);
  const lost = seals.flatMap(({ ids, ats }) => ids.filter((id, place) => !events.has(placeOf({ id, at: ats[place] ?? new Date(0) }))));
  const elsewhere = await idsAnywhere(db, lost);
  const months = lost.length === 0 ? new Set<string>() : await readRetiredMonths(db);
  const retired = (at: Date) => months.has(`${at.toISOString().slice(0, 7)}-01`) && monthEnd(at) <= clock.now() - KEPT_MS;
  return (seal: StoredSeal, key: Buffer | undefined) => problemsOfEvents(seal, key, events, { elsewhere, retired });
}

function monthEnd(at: Date): number {
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
}

/** Answers how many wait for their seal. */
async function walkEvents(db: Db, tenantId: string, range: Range, problems: AuditProblem[], signal?: AbortSignal): Promise<number> {
  let last: EventPlace | null = null;
  let unsealed = 0;
  while (problems.length < MOST_PROBLEMS) {
    signal?.throwIfAborted();
    const places: EventPlace[] = await readPlaces(db, tenantId, last, range);
    for (const { id, added, waits } of places) {
      if (waits) unsealed += 1;
      if (added)
        problems.push({
          kind: "event-added",
          eventId: id,
          detail: "The event is in no seal: it was added behind them, or its seal is gone.",
        });
    }
    last = places.at(-1) ?? null;
    if (places.length < PAGE) break;
  }
  return unsealed;
}
