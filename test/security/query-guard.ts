import type { StartedProduct } from "../journeys/product.ts";
import { tablesOfTenants } from "./tenant-rows.ts";

/** Judges statements: `null`, or why one may reach what belongs to another tenant. */
export type QueryGuard = (sql: string) => string | null;

/** Statements that name no tenant, each with the reason. Matched against the statement in small letters, without quotes, on one line. */
export interface Allowed {
  readonly statement: RegExp;
  readonly reason: string;
}

/** What hangs on a tenant's things by a foreign key: its rows are found by that key alone. */
interface Child {
  readonly table: string;
  readonly keys: readonly string[];
}

async function childrenOf(run: StartedProduct, roots: readonly string[]): Promise<Child[]> {
  const { rows } = await run.connection.pool.query<{ child: string; parent: string; key: string }>(
    `select c.conrelid::regclass::text as child, c.confrelid::regclass::text as parent, a.attname as key
     from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey) where c.contype = 'f'`,
  );
  const owned = new Set(roots);
  const children = new Map<string, Set<string>>();
  for (let grown = true; grown; ) {
    grown = false;
    for (const { child, parent, key } of rows)
      if (!roots.includes(child) && owned.has(parent) && children.get(child)?.has(key) !== true) {
        owned.add(child);
        children.set(child, (children.get(child) ?? new Set()).add(key));
        grown = true;
      }
  }
  // Views stand on no constraint.
  return [...children].map(([table, keys]) => ({ table, keys: [...keys] })).concat({ table: "held_roles", keys: ["user_id"] });
}

/**
 * A guard over every statement that the product sends. One that touches a tenant's table has to compare `tenant_id`, or is on the list; what
 * hangs on such a table has to be found by its foreign key. It reads the text, and knows the tables from the database itself, so that a
 * table that is added is guarded without a word here.
 */
export async function createQueryGuard(run: StartedProduct, allowed: readonly Allowed[]): Promise<QueryGuard> {
  const roots = (await tablesOfTenants(run)).filter((table) => table !== "tenants");
  const children = await childrenOf(run, roots);
  return (sql) => {
    const statement = plain(sql);
    const touched = new Set(
      [...statement.matchAll(/\b(?:from|join|update|into|table)\s+(?:only\s+)?([a-z_]+)/g)].map(([, name = ""]) => name),
    );
    if (allowed.some((entry) => entry.statement.test(statement))) return null;
    const forgotten = roots.filter((table) => touched.has(table));
    if (forgotten.length > 0 && !namesTenant(statement)) return `${forgotten.join(", ")} without its tenant: ${statement}`;
    const loose = children.filter(({ table, keys }) => touched.has(table) && !keys.some((key) => comparesOrWrites(statement, key)));
    return loose.length === 0 ? null : `${loose.map(({ table }) => table).join(", ")} without a key: ${statement}`;
  };
}

export function plain(sql: string): string {
  return sql
    .replaceAll(/\/\*.*?\*\//gs, " ")
    .replaceAll(/--[^\n]*/g, " ")
    .replaceAll('"', "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\( | (?=\))/g, (blank) => blank.trim())
    .trim()
    .toLowerCase();
}

/** Compared, or written: mere reading of the column holds nobody back. */
function namesTenant(statement: string): boolean {
  return comparesOrWrites(statement, "tenant_id");
}

function comparesOrWrites(statement: string, column: string): boolean {
  const compared = new RegExp(`\\b${column} (?:=|in\\b)|\\(${column}, |= (?:any\\()?(?:\\w+\\.)?${column}\\b|\\b${column} is not distinct`);
  const written = new RegExp(`insert into \\w+ (?:as \\w+ )?\\([^)]*\\b${column}\\b`);
  return compared.test(statement) || written.test(statement);
}
