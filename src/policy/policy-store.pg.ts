import { isDeepStrictEqual } from "node:util";
import { sql, type Transaction } from "kysely";
import type { AuditEvent } from "../audit/audit-event.ts";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { newId, type Random } from "../kit/random.ts";
import type { Policies, PolicyChange, PolicyStore, StoredPolicies } from "./policy-store.ts";
import { type AdministratorPolicy, completePolicy, type TenantPolicy } from "./tenant-policy.ts";

type Trx = Transaction<Database>;
type Act = Parameters<PolicyStore["change"]>[0];

interface Deps {
  readonly db: Db;
  readonly random: Random;
}

export function createPolicyStore({ db, random }: Deps): PolicyStore {
  const event = (act: Act, type: string, details: AuditEvent["details"] = {}): Omit<AuditEvent, "outcome"> => ({
    id: newId(random),
    at: act.now,
    tenantId: act.tenantId,
    type,
    actor: act.actor,
    details,
  });
  return {
    read: (tenantId) => read(db, tenantId, false),
    change: (act, matches, decide) =>
      db.transaction().execute(async (trx): Promise<PolicyChange> => {
        const current = await read(trx, act.tenantId, true);
        if (!matches(current.version)) return { outcome: "stale" };
        const decision = decide(current);
        if (decision.outcome !== "accepted") return decision;
        const { policies } = decision;
        const changes = difference(current, policies);
        if (Object.keys(changes).length === 0) return { outcome: "kept", stored: current };
        const unknown = await unknownGroups(trx, act.tenantId, policies.policy.groups);
        if (unknown.length > 0)
          return { outcome: "faulty", faults: [{ field: "/groups", reason: `no such group: ${unknown.join(", ")}` }] };
        const stored = await write(trx, act, current.version, policies);
        if (stored === null) return { outcome: "stale" };
        await writeAuditEvents(trx, [{ ...event(act, "policy.change", { version: stored.version, changes }), outcome: "success" }]);
        return { outcome: "kept", stored };
      }),
    async recordRefusal(act, reason) {
      await writeAuditEvents(db, [{ ...event(act, "policy.two-gate-floor"), outcome: "blocked", reason }]);
    },
  };
}

interface Row {
  policy: TenantPolicy;
  administrator_policy: AdministratorPolicy;
  policy_version: number;
}

async function read(db: Db | Trx, tenantId: string, lock: boolean): Promise<StoredPolicies> {
  // Not `for update`: that would make everybody wait who adds a person, since a foreign key looks at the organisation's row.
  const { rows } = await sql<Row>`
    select policy, administrator_policy, policy_version from tenants where id = ${tenantId}
    ${lock ? sql`for no key update` : sql``}`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error("the tenant of the caller is gone");
  return { policy: completePolicy(row.policy), administratorPolicy: row.administrator_policy, version: row.policy_version };
}

async function unknownGroups(trx: Trx, tenantId: string, groups: readonly string[]): Promise<string[]> {
  if (groups.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select asked as id from unnest(${groups}::uuid[]) asked
    where not exists (select 1 from groups g where g.id = asked and g.tenant_id = ${tenantId})`.execute(trx);
  return rows.map(({ id }) => id);
}

async function write(trx: Trx, { tenantId, actor, now }: Act, version: number, policies: Policies): Promise<StoredPolicies | null> {
  const policy = JSON.stringify(policies.policy);
  const administratorPolicy = JSON.stringify(policies.administratorPolicy);
  const next = version + 1;
  const updated = await trx
    .updateTable("tenants")
    .set({ policy, administrator_policy: administratorPolicy, policy_version: next })
    .where("id", "=", tenantId)
    .where("policy_version", "=", version)
    .executeTakeFirst();
  if (updated.numUpdatedRows === 0n) return null;
  const changed = { changed_by: JSON.stringify(actor), changed_at: new Date(now) };
  await trx
    .insertInto("policy_versions")
    .values({ tenant_id: tenantId, version: next, policy, administrator_policy: administratorPolicy, ...changed })
    .execute();
  return { ...policies, version: next };
}

/** The members that differ, each with what was and what is; those of the administrator policy under its name. */
function difference(before: Policies, after: Policies): Record<string, { before: unknown; after: unknown }> {
  const members = ({ policy, administratorPolicy }: Policies) =>
    new Map<string, unknown>([
      ...Object.entries(policy),
      ...Object.entries(administratorPolicy).map(([name, value]): [string, unknown] => [`administrators.${name}`, value]),
    ]);
  const was = members(before);
  const is = members(after);
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => !isDeepStrictEqual(was.get(name), is.get(name)));
  return Object.fromEntries(names.map((name) => [name, { before: was.get(name) ?? null, after: is.get(name) ?? null }]));
}
