import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { Problem } from "../kit/problem.ts";
import { newId, type Random } from "../kit/random.ts";
import { grantToGroup, revokeFromGroup } from "./group-roles.pg.ts";
import {
  globalAdministratorsAmong,
  keepGlobalAdministrator,
  lockAdministrators,
  presentAct,
  tellOfGlobalAdministrators,
} from "./last-administrator.pg.ts";
import { heldRoles } from "./locked-person.pg.ts";
import { outOfReach } from "./reach.ts";
import type { RoleGrants } from "./role-grants.ts";
import { judgeGrant } from "./role-rules.ts";
import type { UserAddress } from "./user-record.ts";
import type { Act } from "./user-writer.ts";

type Trx = Transaction<Database>;

export interface GrantDeps {
  readonly db: Db;
  readonly random: Random;
}

export function createRoleGrants(deps: GrantDeps): RoleGrants {
  const { db } = deps;
  return {
    grant: (address, role, act) => db.transaction().execute((trx) => grant(trx, deps, address, role, act)),
    revoke: (address, role, act) => db.transaction().execute((trx) => revoke(trx, deps, address, role, act)),
    grantToGroup: (groupId, role, act) => db.transaction().execute((trx) => grantToGroup(trx, deps, groupId, role, act)),
    revokeFromGroup: (groupId, role, act) => db.transaction().execute((trx) => revokeFromGroup(trx, deps, groupId, role, act)),
  };
}

async function grant(trx: Trx, deps: GrantDeps, address: UserAddress, role: string, act: Act): Promise<void> {
  const id = await locked(trx, address, role, act);
  const before = await globalAdministratorsAmong(trx, [id]);
  const granted = await sql`
    insert into user_roles (user_id, role, granted_at) values (${id}, ${role}, ${new Date(act.now)}) on conflict do nothing`.execute(trx);
  if (granted.numAffectedRows === 0n) return;
  await record(trx, deps, "role.grant", act, id, role);
  await tellOfGlobalAdministrators(trx, act, [id], before);
}

async function revoke(trx: Trx, deps: GrantDeps, address: UserAddress, role: string, act: Act): Promise<void> {
  const id = await locked(trx, address, role, act);
  const unmade = await globalAdministratorsAmong(trx, [id]);
  const revoked = await sql`delete from user_roles where user_id = ${id} and role = ${role}`.execute(trx);
  if (revoked.numAffectedRows === 0n) {
    const { roles } = await heldRoles(trx, id);
    throw roles.includes(role)
      ? new Problem("conflict", { detail: "The role comes by a group. Take the person out of the group, or the role from it." })
      : new Problem("not-found");
  }
  await keepGlobalAdministrator(trx, act, unmade);
  await record(trx, deps, "role.revoke", act, id, role);
}

/** The person's id. Grantor and person are locked: no reset of the person ends between what is judged here and the end. */
async function locked(trx: Trx, address: UserAddress, role: string, act: Act): Promise<string> {
  const { tenantId } = act;
  await lockAdministrators(trx, tenantId);
  const id = await personAt(trx, tenantId, address);
  const present = await presentAct(trx, act, id === null ? [] : [id]);
  if (id === null || (await personAt(trx, tenantId, { id })) === null) throw new Problem("not-found");
  const beyond = judgeGrant(present, [role], [id]);
  if (beyond !== null) throw outOfReach(beyond);
  return id;
}

async function personAt(trx: Trx, tenantId: string, address: UserAddress): Promise<string | null> {
  const wanted = "id" in address ? sql`id = ${address.id}` : sql`upn_key = ${address.key}`;
  const { rows } = await sql<{ id: string }>`
    select id from users where tenant_id = ${tenantId} and deleted_at is null and ${wanted}`.execute(trx);
  return rows[0]?.id ?? null;
}

async function record(trx: Trx, { random }: GrantDeps, type: string, act: Act, userId: string, role: string): Promise<void> {
  const { tenantId, actor, now } = act;
  await writeAuditEvents(trx, [{ id: newId(random), at: now, tenantId, type, outcome: "success", actor, userId, details: { role } }]);
}
