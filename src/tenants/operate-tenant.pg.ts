import { sql, type Transaction } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { Plan } from "../policy/entitlements.ts";
import { actOnTenant, createChangeTenant, type Happened } from "./change-tenant.pg.ts";
import type { TenantChanges, TenantView } from "./tenant-view.ts";

type Trx = Transaction<Database>;

/** What the operator of the installation does to an organisation, whom nobody stops. Doing a thing twice is doing it once. */
export type Operation =
  | { readonly do: "suspend" }
  | { readonly do: "resume" }
  | { readonly do: "set-plan"; readonly plan: Plan }
  | { readonly do: "change"; readonly changes: TenantChanges }
  | { readonly do: "add-domain"; readonly domain: string }
  | { readonly do: "remove-domain"; readonly domain: string };

export type Operated =
  | { readonly outcome: "done"; readonly tenant: TenantView }
  /** No organisation has the domain by which it was called. */
  | { readonly outcome: "unknown" }
  /** The domain belongs to another organisation. */
  | { readonly outcome: "taken" }
  /** The domain to be removed is not one of its own. */
  | { readonly outcome: "not-its-own" }
  | { readonly outcome: "last-domain" }
  /** So many people have names in it: also deleted ones, who may come back. */
  | { readonly outcome: "in-use"; readonly people: number };

/** Thrown to roll back; never leaves this file. */
class Refused extends Error {
  readonly result: Exclude<Operated, { outcome: "done" | "unknown" }>;

  constructor(result: Refused["result"]) {
    super(result.outcome);
    this.result = result;
  }
}

/** @param domain one of the organisation's */
export async function operateTenant(
  db: Db,
  domain: string,
  operation: Operation,
  { random, now }: { random: Random; now: number },
): Promise<Operated> {
  const found = await db.selectFrom("tenant_domains").select("tenant_id").where("domain", "=", domain).executeTakeFirst();
  if (found === undefined) return { outcome: "unknown" };
  const act = { tenantId: found.tenant_id, actor: { kind: "operator" }, now } as const;
  try {
    const tenant =
      operation.do === "change"
        ? await createChangeTenant({ db, random })(act, operation.changes)
        : await actOnTenant(db, random, act, (trx, before) => carryOut(trx, before, operation, now));
    return { outcome: "done", tenant };
  } catch (error) {
    if (error instanceof Refused) return error.result;
    throw error;
  }
}

async function carryOut(trx: Trx, before: TenantView, operation: Exclude<Operation, { do: "change" }>, now: number): Promise<Happened[]> {
  switch (operation.do) {
    case "suspend":
      return setSuspended(trx, before, new Date(now));
    case "resume":
      return setSuspended(trx, before, null);
    case "set-plan":
      return setPlan(trx, before, operation.plan);
    case "add-domain":
      return addDomain(trx, before, operation.domain);
    case "remove-domain":
      return removeDomain(trx, before, operation.domain);
  }
}

async function setSuspended(trx: Trx, { id, suspended }: TenantView, at: Date | null): Promise<Happened[]> {
  if (suspended === (at !== null)) return [];
  await trx.updateTable("tenants").set({ suspended_at: at }).where("id", "=", id).execute();
  if (at === null) await goOn(trx, id);
  return [{ type: at === null ? "tenant.resume" : "tenant.suspend", details: {} }];
}

/** Jobs that stood still: a part that is in the queue already is done once. */
async function goOn(trx: Trx, tenantId: string): Promise<void> {
  const jobs = await trx
    .selectFrom("password_jobs")
    .select(["id", "part"])
    .where("tenant_id", "=", tenantId)
    .where("state", "=", "running")
    .execute();
  const queue = createMessageQueue(trx);
  for (const { id, part } of jobs) await queue.enqueue({ task: "run-password-job", passwordJobId: id, part });
}

async function setPlan(trx: Trx, { id, plan: before }: TenantView, plan: Plan): Promise<Happened[]> {
  if (plan === before) return [];
  await trx.updateTable("tenants").set({ plan }).where("id", "=", id).execute();
  return [{ type: "tenant.plan", details: { before, after: plan } }];
}

async function addDomain(trx: Trx, { id, domains }: TenantView, domain: string): Promise<Happened[]> {
  if (domains.includes(domain)) return [];
  const added = await trx
    .insertInto("tenant_domains")
    .values({ domain, tenant_id: id })
    .onConflict((known) => known.column("domain").doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows === 0n) throw new Refused({ outcome: "taken" });
  return [{ type: "tenant.domain-add", details: { domain } }];
}

async function removeDomain(trx: Trx, { id, domains }: TenantView, domain: string): Promise<Happened[]> {
  if (!domains.includes(domain)) throw new Refused({ outcome: "not-its-own" });
  if (domains.length === 1) throw new Refused({ outcome: "last-domain" });
  // Whoever is making a person at this moment comes before, and is counted, or after; then only the person is there with a name that nobody
  // can be given any more. Seconds at most: this is no everyday work.
  await sql`lock table users in share row exclusive mode`.execute(trx);
  const { rows } = await sql<{ people: string }>`
    select count(*) as people from users where tenant_id = ${id} and right(upn_key, ${domain.length + 1}) = ${`@${domain}`}`.execute(trx);
  const people = Number(rows[0]?.people ?? 0);
  if (people > 0) throw new Refused({ outcome: "in-use", people });
  await trx.deleteFrom("tenant_domains").where("domain", "=", domain).where("tenant_id", "=", id).execute();
  return [{ type: "tenant.domain-remove", details: { domain } }];
}
