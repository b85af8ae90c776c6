import { sql, type Transaction } from "kysely";
import { eligibleApprovers } from "../administration/eligible-approvers.pg.ts";
import type { Actor, AuditEvent } from "../audit/audit-event.ts";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { newId, type Random } from "../kit/random.ts";
import { policyDifference } from "./policy-difference.ts";
import type { KeptVersion, Policies, PolicyChange, PolicyStore, StoredPolicies } from "./policy-store.ts";
import { type AdministratorPolicy, completePolicy, type TenantPolicy } from "./tenant-policy.ts";
import { unknownGroupFaults } from "./unknown-groups.ts";

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
    async readVersion(tenantId, version) {
      const [kept] = await readKept(db, tenantId, version, 1);
      return kept?.version === version ? kept : null;
    },
    async history(tenantId, newest, limit) {
      // One more: what the last of them changed is told by the one before it.
      const kept = await readKept(db, tenantId, newest, limit + 1);
      return kept.slice(0, limit).map((one, index) => {
        const before = kept[index + 1];
        return { ...one, changes: before === undefined ? {} : policyDifference(before, one) };
      });
    },
    unknownGroups: (tenantId, groups) => unknownGroups(db, tenantId, groups),
    change: (act, matches, decide) =>
      db.transaction().execute(async (trx): Promise<PolicyChange> => {
        const current = await read(trx, act.tenantId, true);
        if (!matches(current.version)) return { outcome: "stale" };
        const decision = decide(current);
        if (decision.outcome !== "accepted") return decision;
        const { policies, details } = decision;
        const changes = policyDifference(current, policies);
        if (Object.keys(changes).length === 0) return { outcome: "kept", stored: current };
        const refused = await refusal(trx, act.tenantId, current, policies);
        if (refused !== null) return refused;
        const stored = await write(trx, act, current.version, policies);
        if (stored === null) return { outcome: "stale" };
        const changed = event(act, "policy.change", { version: stored.version, changes, ...details });
        await writeAuditEvents(trx, [{ ...changed, outcome: "success" }]);
        return { outcome: "kept", stored };
      }),
    async recordRefusal(act, reason) {
      await writeAuditEvents(db, [{ ...event(act, "policy.two-gate-floor"), outcome: "blocked", reason }]);
    },
  };
}

/** Whoever asks, and somebody else who agrees. */
const APPROVERS_NEEDED = 2;

/** What only the database knows to be wrong with a change. */
async function refusal(trx: Trx, tenantId: string, before: Policies, after: Policies): Promise<PolicyChange | null> {
  const unknown = await unknownGroups(trx, tenantId, after.policy.groups);
  if (unknown.length > 0) return { outcome: "faulty", faults: unknownGroupFaults(unknown) };
  if (!after.policy.twoPersonRule || before.policy.twoPersonRule) return null;
  const approvers = await eligibleApprovers(trx, tenantId, { kind: "anything" });
  return approvers.length < APPROVERS_NEEDED ? { outcome: "too-few-approvers" } : null;
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

async function unknownGroups(trx: Db | Trx, tenantId: string, groups: readonly string[]): Promise<string[]> {
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

async function readKept(db: Db, tenantId: string, newest: number | null, limit: number): Promise<KeptVersion[]> {
  const rows = await db
    .selectFrom("policy_versions")
    .select(["version", "policy", "administrator_policy", "changed_by", "changed_at"])
    .where("tenant_id", "=", tenantId)
    .$if(newest !== null, (query) => query.where("version", "<=", newest ?? 0))
    .orderBy("version", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    version: row.version,
    policy: completePolicy(row.policy as TenantPolicy),
    administratorPolicy: row.administrator_policy as AdministratorPolicy,
    changedBy: row.changed_by as Actor,
    changedAt: row.changed_at.getTime(),
  }));
}
