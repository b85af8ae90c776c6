import type { Connection } from "../../src/database/connect.pg.ts";

export interface ManyPeople {
  readonly tenantId: string;
  readonly domain: string;
  readonly count: number;
  /** One hash for all: hashing is what takes time. */
  readonly phc: string;
  /** The beginning of their names. */
  readonly prefix?: string;
}

/** In one statement: more would be over the time that a statement has. */
const BATCH = 5_000;

/** So many people with a password and nothing else. Answers their names, in order. */
export async function manyPeople(connection: Connection, people: ManyPeople): Promise<string[]> {
  const names: string[] = [];
  for (let from = 1; from <= people.count; from += BATCH) {
    names.push(...(await batch(connection, people, from, Math.min(from + BATCH - 1, people.count))));
    // On an empty table the checks of foreign keys are planned for one that stays so.
    if (from === 1) await connection.pool.query("analyze users");
  }
  return names;
}

async function batch({ pool }: Connection, { tenantId, domain, phc, prefix = "many" }: ManyPeople, from: number, to: number) {
  const { rows } = await pool.query<{ name: string }>(
    `with made as (
       insert into users (id, tenant_id, user_principal_name, upn_key, display_name, created_at, updated_at)
       select gen_random_uuid(), $1, name, name, 'Person ' || n, now(), now()
       from (select n, $3 || '-' || lpad(n::text, 7, '0') || '@' || $2 as name from generate_series($4::integer, $6::integer) n) named
       returning id, user_principal_name
     ), given as (
       insert into passwords (user_id, phc, changed_at) select id, $5, now() from made
     )
     select user_principal_name as name from made order by 1`,
    [tenantId, domain, prefix, from, phc, to],
  );
  return rows.map(({ name }) => name);
}
