import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { PREPARED } from "../database/prepared.pg.ts";
import type { Circumstances } from "../policy/eligibility.ts";
import { type TenantRow, tenantOfRow } from "../tenants/tenant-row.ts";
import { type AccountRow, accountColumns, accountOfRow } from "../users/account-row.pg.ts";
import { type InterruptFacts, type InterruptsOf, judgeInterrupts } from "./interrupts.ts";

interface Row extends AccountRow, TenantRow {
  created_at: Date;
  must_register: boolean;
  registration_asked_at: Date | null;
  security_info_confirmed_at: Date | null;
  verified_at: Date | null;
  must_change: boolean | null;
  temporary: boolean | null;
  never_expires: boolean | null;
  expires_at: Date | null;
  changed_at: Date | null;
}

/**
 * What is due of a person, in one statement. A second one notes when registration is first asked for, so that the days in which it may be
 * put off count from then; and another one, long after, that it is asked for no more. Nothing is due of somebody who is gone.
 */
export function createInterruptsOf({ db, deliverable }: { db: Db } & Pick<Circumstances, "deliverable">): InterruptsOf {
  return async (userId, now) => {
    const facts = await readFacts(db, userId);
    if (facts === null) return { interrupts: [], skippable: [] };
    const due = judgeInterrupts(facts, { now, deliverable });
    const asked = due.interrupts.includes("register-security-info");
    if (asked !== (facts.registrationAskedAt !== null)) await noteAsked(db, userId, asked ? new Date(now) : null);
    return due;
  };
}

async function noteAsked(db: Db, userId: string, at: Date | null): Promise<void> {
  // The first of two sign-ins at once stays.
  const first = at === null ? sql`null` : sql`coalesce(registration_asked_at, ${at})`;
  await sql`update users set registration_asked_at = ${first} where id = ${userId}`.execute(db);
}

async function readFacts(db: Db, userId: string): Promise<InterruptFacts | null> {
  const { rows } = await sql<Row>`${PREPARED}
    select t.id as tenant_id, t.name as tenant_name, t.plan, t.policy, t.administrator_policy, t.policy_version,
      exists (select 1 from users l where l.tenant_id = t.id and l.licensed and l.deleted_at is null) as tenant_licensed,
      u.created_at, u.must_register, u.registration_asked_at, u.security_info_confirmed_at,
      (select max(v.verified_at) from authentication_methods v where v.user_id = u.id) as verified_at,
      p.must_change, p.temporary, p.never_expires, p.expires_at, p.changed_at,
      ${accountColumns("")}
    from users u join tenants t on t.id = u.tenant_id left join passwords p on p.user_id = u.id
    where u.id = ${userId} and u.deleted_at is null`.execute(db);
  const [row] = rows;
  return row === undefined ? null : factsOf(row);
}

function factsOf(row: Row): InterruptFacts {
  return {
    account: accountOfRow(row, tenantOfRow(row)),
    password:
      row.changed_at === null
        ? null
        : {
            mustChange: row.must_change ?? false,
            temporary: row.temporary ?? false,
            neverExpires: row.never_expires ?? false,
            expiresAt: row.expires_at?.getTime() ?? null,
            changedAt: row.changed_at.getTime(),
          },
    mustRegister: row.must_register,
    registrationAskedAt: row.registration_asked_at?.getTime() ?? null,
    confirmedAt: row.security_info_confirmed_at?.getTime() ?? null,
    verifiedAt: row.verified_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
  };
}
