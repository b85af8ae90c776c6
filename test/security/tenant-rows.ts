import type { StartedProduct } from "../journeys/product.ts";

/** What one tenant has in the database, to find its traces elsewhere. */
export interface Belongings {
  /** One of each kind of thing that has an id, by its table. */
  readonly ids: Readonly<Record<string, string>>;
  /** Every id of the tenant's things. */
  readonly all: ReadonlySet<string>;
}

interface Column {
  table_name: string;
  column_name: string;
}

async function columns(run: StartedProduct, names: readonly string[]): Promise<Column[]> {
  const { rows } = await run.connection.pool.query<Column>(
    `select c.table_name, c.column_name from information_schema.columns c
      join pg_class r on r.relname = c.table_name and r.relkind in ('r', 'p') and not r.relispartition
      join pg_namespace n on n.oid = r.relnamespace and n.nspname = 'public'
     where c.table_schema = 'public' and c.column_name = any($1) order by 1`,
    [names],
  );
  return rows;
}

/** The tables with a tenant's things, by their own column: a table that is added is looked at without a word here. */
export async function tablesOfTenants(run: StartedProduct): Promise<string[]> {
  return (await columns(run, ["tenant_id"])).map((row) => row.table_name);
}

export async function belongings(run: StartedProduct, tenantId: string): Promise<Belongings> {
  const { pool } = run.connection;
  const ids: Record<string, string> = {};
  const all = new Set([tenantId]);
  const withId = new Set((await columns(run, ["id"])).map((row) => row.table_name));
  for (const table of await tablesOfTenants(run)) {
    if (!withId.has(table)) continue;
    const { rows } = await pool.query<{ id: string }>(`select id::text from ${table} where tenant_id = $1 order by id`, [tenantId]);
    for (const { id } of rows) all.add(id);
    if (rows[0] !== undefined) ids[table] = rows[0].id;
  }
  const { rows } = await pool.query<{ id: string }>(
    "select m.id::text from authentication_methods m join users u on u.id = m.user_id where u.tenant_id = $1 order by 1",
    [tenantId],
  );
  for (const { id } of rows) all.add(id);
  if (rows[0] !== undefined) ids.authentication_methods = rows[0].id;
  return { ids, all };
}

interface Table {
  readonly name: string;
  readonly owned: boolean;
  /** What refers to something else; what was typed by a caller does not. */
  readonly references: string[];
}

const TABLES = `
  select r.relname as name,
    exists (select 1 from information_schema.columns c where c.table_name = r.relname and c.column_name = 'tenant_id') as owned,
    array(
      select a.attname::text from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
      where k.conrelid = r.oid and k.contype = 'f'
    ) as references
  from pg_class r join pg_namespace n on n.oid = r.relnamespace and n.nspname = 'public'
  where r.relkind in ('r', 'p') and not r.relispartition order by 1`;

/**
 * Every row, of every table, that is the tenant's: by its own column, by a reference to something of it, or, where a table has neither, by an id
 * of the tenant's in it. As text, in order.
 */
export async function rowsOf(run: StartedProduct, tenantId: string, { all }: Belongings): Promise<Record<string, string[]>> {
  const { pool } = run.connection;
  const { rows: tables } = await pool.query<Table>(TABLES);
  const found: Record<string, string[]> = {};
  for (const { name, owned, references } of tables) {
    const { rows } = await pool.query<{ row: Record<string, unknown> }>(`select row_to_json(x) as row from ${name} x`);
    const theirs = ({ row }: { row: Record<string, unknown> }) => {
      if (owned) return row.tenant_id === tenantId;
      if (references.length > 0) return references.some((column) => all.has(String(row[column])));
      return names(JSON.stringify(row), all);
    };
    found[name] = rows
      .filter(theirs)
      .map(({ row }) => JSON.stringify(row))
      .sort();
  }
  return found;
}

const ID = /[A-Za-z0-9_-]{20,}/g;

function names(row: string, all: ReadonlySet<string>): boolean {
  return (row.match(ID) ?? []).some((word) => all.has(word));
}

/** The ids of a tenant that stand in a text. */
export function namedIn(text: string, { all }: Belongings): string[] {
  return [...new Set(text.match(ID) ?? [])].filter((word) => all.has(word));
}
