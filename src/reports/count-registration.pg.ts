import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { METHOD_TYPES, type MethodType } from "../methods/method.ts";
import type { Circumstances } from "../policy/eligibility.ts";
import { readPeopleShapes } from "../policy/people-shapes.pg.ts";
import { groupClasses } from "../policy/people-shapes.ts";
import { createTenantStore } from "../tenants/tenant-store.pg.ts";
import type { CountRegistration } from "./read-registration.ts";
import { type MethodFigures, registrationReport } from "./registration-report.ts";

/** Counts everybody of an organisation: a statement for the shapes of people, and one for their methods. */
export function createCountRegistration({ db, circumstances }: { db: Db; circumstances: () => Circumstances }): CountRegistration {
  return async (tenantId) => {
    const now = circumstances();
    const { facts } = await createTenantStore(db).read(tenantId);
    const shapes = await readPeopleShapes(db, facts, groupClasses(facts.policy.groups), now.now);
    return registrationReport(shapes, await peopleByMethod(db, tenantId), now);
  };
}

async function peopleByMethod(db: Db, tenantId: string): Promise<MethodFigures[]> {
  const { rows } = await sql<MethodFigures>`
    select type, count(*)::int as people, (count(*) filter (where verified))::int as verified
    from (
      select m.type, m.user_id, bool_or(m.verified_at is not null) as verified
      from authentication_methods m join users u on u.id = m.user_id
      where u.tenant_id = ${tenantId} and u.deleted_at is null group by m.type, m.user_id
    ) held group by type`.execute(db);
  const figures = new Map<MethodType, MethodFigures>(rows.map((row) => [row.type, row]));
  return METHOD_TYPES.map((type) => figures.get(type) ?? { type, people: 0, verified: 0 });
}
