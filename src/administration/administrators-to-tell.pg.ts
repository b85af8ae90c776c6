import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { AdministratorsToTell, NameOfActor } from "./send-administrators-notice.worker.ts";

/** The enabled Global Administrators of a tenant, by themselves or by a group, but the one who acted. One statement. */
export function createAdministratorsToTell(db: Db): AdministratorsToTell {
  return async (tenantId, exceptUserId) => {
    const { rows } = await sql<{ id: string }>`
      select u.id from users u
      where u.tenant_id = ${tenantId} and u.enabled and u.deleted_at is null and u.id is distinct from ${exceptUserId}::uuid
        and exists (select 1 from held_roles r where r.user_id = u.id and r.role = 'globalAdministrator')
      order by u.id`.execute(db);
    return rows.map(({ id }) => id);
  };
}

/** How an actor is called: a user name, the name of an application. Somebody deleted since is known by the id. */
export function createNameOfActor(db: Db): NameOfActor {
  return async (tenantId, { kind, id }) => {
    if (id === undefined || (kind !== "user" && kind !== "app")) return "";
    const { rows } =
      kind === "user"
        ? await sql<{
            name: string;
          }>`select user_principal_name as name from users where id::text = ${id} and tenant_id = ${tenantId}`.execute(db)
        : await sql<{ name: string }>`select name from apps where id = ${id} and tenant_id = ${tenantId}`.execute(db);
    return rows[0]?.name ?? id;
  };
}
