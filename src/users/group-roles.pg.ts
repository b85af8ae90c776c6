import { sql, type Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { Problem } from "../kit/problem.ts";
import { type FoundGroup, guardedGroup, membersOf, recordGroup, recordUnmade } from "./guarded-group.pg.ts";
import {
  globalAdministratorsAmong,
  keepGlobalAdministrator,
  lockAdministrators,
  presentAct,
  tellOfGlobalAdministrators,
} from "./last-administrator.pg.ts";
import { outOfReach } from "./reach.ts";
import type { GrantDeps } from "./role-grants.pg.ts";
import { judgeGrant } from "./role-rules.ts";
import type { Act } from "./user-writer.ts";

type Trx = Transaction<Database>;

export async function grantToGroup(trx: Trx, deps: GrantDeps, groupId: string, role: string, act: Act): Promise<void> {
  const { group, members } = await locked(trx, groupId, role, act);
  const before = await globalAdministratorsAmong(trx, members);
  const granted = await sql`
    insert into group_roles (group_id, role, granted_at) values (${group.id}, ${role}, ${new Date(act.now)}) on conflict do nothing`.execute(
    trx,
  );
  if (granted.numAffectedRows === 0n) return;
  await recordGroup(trx, deps, "role.grant", act, { group: group.id, role });
  await tellOfGlobalAdministrators(trx, act, members, before);
}

export async function revokeFromGroup(trx: Trx, deps: GrantDeps, groupId: string, role: string, act: Act): Promise<void> {
  const { group, members } = await locked(trx, groupId, role, act);
  const unmade = await globalAdministratorsAmong(trx, members);
  const revoked = await sql`delete from group_roles where group_id = ${group.id} and role = ${role}`.execute(trx);
  if (revoked.numAffectedRows === 0n) throw new Problem("not-found");
  await keepGlobalAdministrator(trx, act, unmade);
  await recordGroup(trx, deps, "role.revoke", act, { group: group.id, role });
  await recordUnmade(trx, deps, act, unmade, group.id);
}

/** Every member is locked: a reset of one of them that is about to end is judged anew, with the role. */
async function locked(trx: Trx, groupId: string, role: string, act: Act): Promise<{ group: FoundGroup; members: string[] }> {
  await lockAdministrators(trx, act.tenantId);
  const group = await guardedGroup(trx, act.tenantId, groupId);
  const members = group === null ? [] : await membersOf(trx, group.id);
  const present = await presentAct(trx, act, members);
  if (group === null) throw new Problem("not-found");
  const beyond = judgeGrant(present, [role], members);
  if (beyond !== null) throw outOfReach(beyond);
  if (!group.roleAssignable)
    throw new Problem("conflict", { detail: "Roles can be given to a group only if it was made for that (roleAssignable)." });
  return { group, members };
}
