import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import { newId } from "../kit/random.ts";
import { commitImport, type ImportDeps } from "./import-commit.pg.ts";
import type { ImportedField, ImportedRow, ImportJob, ImportStore, PersonFound, RowCounts, RowOutcome } from "./import-job.ts";

export function createImportStore(deps: ImportDeps): ImportStore {
  const { db, random } = deps;
  return {
    async begin({ tenantId, actor, now }) {
      const id = randomUUID();
      await db
        .insertInto("import_jobs")
        .values({
          id,
          tenant_id: tenantId,
          state: "running",
          detail: null,
          requested_by: JSON.stringify(actor),
          created_at: new Date(now),
          finished_at: null,
        })
        .execute();
      return id;
    },
    async find(tenantId, keys) {
      const { rows } = await selectPeople(tenantId, keys).execute(db);
      return new Map(rows.map((row) => [row.key, personOf(row)]));
    },
    async guardedGroups(tenantId) {
      const { rows } = await sql<{ key: string }>`
        select name_key as key from groups where tenant_id = ${tenantId} and role_assignable`.execute(db);
      return new Set(rows.map(({ key }) => key));
    },
    async commit(jobId, plan, act) {
      return commitImport(deps, jobId, plan, act);
    },
    finish: (jobId, state, detail, { tenantId, actor, now }) =>
      db.transaction().execute(async (trx) => {
        const row = await trx
          .updateTable("import_jobs")
          .set({ state, detail, finished_at: new Date(now) })
          .where("id", "=", jobId)
          .returningAll()
          .executeTakeFirstOrThrow();
        const { total, created, updated, unchanged, failed } = row;
        const details = { job: jobId, total, created, updated, unchanged, failed };
        const outcome = state === "done" ? "success" : "failure";
        await writeAuditEvents(trx, [{ id: newId(random), at: now, tenantId, type: "users.import", outcome, actor, details }]);
        return jobOf(row);
      }),
    async read(tenantId, jobId) {
      const row = await db
        .selectFrom("import_jobs")
        .selectAll()
        .where("tenant_id", "=", tenantId)
        .where("id", "=", jobId)
        .executeTakeFirst();
      return row === undefined ? null : jobOf(row);
    },
    async rows(jobId, outcome, after, limit) {
      const { rows } = await selectRows(jobId, outcome, after, limit).execute(db);
      return rows;
    },
  };
}

interface PersonRow extends Record<ImportedField, string | boolean | null> {
  key: string;
  id: string;
  ours: boolean;
  roles: string[];
  inRoleAssignableGroup: boolean;
  hasPassword: boolean;
  groups: string[];
  methods: PersonFound["methods"][number][];
}

/** By name, whoever has it; whatever is known of the person only where they are the organisation's own. */
function selectPeople(tenantId: string, keys: readonly string[]) {
  return sql<PersonRow>`
    select u.upn_key as key, u.id, u.tenant_id = ${tenantId} and u.deleted_at is null as ours,
      u.display_name as "displayName", u.given_name as "givenName", u.surname, u.mail, u.job_title as "jobTitle", u.department,
      u.usage_location as "usageLocation", u.preferred_language as "preferredLanguage", u.external_id as "externalId", u.enabled, u.licensed,
      array(select r.role from held_roles r where r.user_id = u.id) as roles,
      exists (
        select 1 from group_members m join groups g on g.id = m.group_id where m.user_id = u.id and g.role_assignable
      ) as "inRoleAssignableGroup",
      exists (select 1 from passwords p where p.user_id = u.id) as "hasPassword",
      array(select g.name_key from group_members m join groups g on g.id = m.group_id where m.user_id = u.id) as groups,
      coalesce((
        select json_agg(json_build_object('id', m.id, 'type', m.type, 'tag', m.value_tag,
          'source', case when m.source = 'user' and m.verified_at is null then 'begun' else m.source end))
        from authentication_methods m where m.user_id = u.id
      ), '[]') as methods
    from users u where u.upn_key = any(${[...keys]}::text[])`;
}

function personOf({ key, id, ours, roles, inRoleAssignableGroup, hasPassword, groups, methods, ...fields }: PersonRow): PersonFound {
  return { key, id, ours, roles, inRoleAssignableGroup, hasPassword, groups, methods, fields };
}

function selectRows(jobId: string, outcome: RowOutcome | null, after: number, limit: number) {
  return sql<ImportedRow>`
    select line, min(user_principal_name) as "userPrincipalName", min(outcome) as outcome,
      coalesce(json_agg(json_build_object('field', field, 'reason', reason) order by position) filter (where field is not null), '[]') as problems
    from import_rows where job_id = ${jobId} and line > ${after} and (${outcome}::text is null or outcome = ${outcome})
    group by line order by line limit ${limit}`;
}

interface JobRow extends RowCounts {
  id: string;
  state: ImportJob["state"];
  total: number;
  detail: string | null;
  created_at: Date;
  alive_at: Date | null;
  finished_at: Date | null;
}

function jobOf({ id, state, total, created, updated, unchanged, failed, detail, ...at }: JobRow): ImportJob {
  const times = {
    createdAt: at.created_at.getTime(),
    aliveAt: (at.alive_at ?? at.created_at).getTime(),
    finishedAt: at.finished_at?.getTime() ?? null,
  };
  return { id, state, total, created, updated, unchanged, failed, detail, ...times };
}
