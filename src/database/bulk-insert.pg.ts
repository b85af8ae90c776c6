import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "./schema.ts";

/** Where a row that is there already, by a unique index, is left alone. */
interface Options {
  readonly ignoreConflicts?: boolean;
  /** In this order rows are written, and their locks taken: two writers in one order cannot wait for each other in a circle. */
  readonly orderBy?: string;
  readonly returning?: string;
}

/**
 * Inserts any number of rows in one statement with one parameter. Columns are those of the first row; the others must have the same.
 * Values are what JSON can say, and dates; bytes go as {@link bytesInText}.
 */
export async function bulkInsert<Returned = never>(
  db: Kysely<Database> | Transaction<Database>,
  table: keyof Database,
  rows: readonly Readonly<Record<string, unknown>>[],
  { ignoreConflicts = false, orderBy, returning }: Options = {},
): Promise<Returned[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const columns = sql.join(Object.keys(first).map((column) => sql.ref(column)));
  const result = await sql<Returned>`
    insert into ${sql.table(table)} (${columns})
    select ${columns} from json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::json)
    ${orderBy === undefined ? nothing : sql`order by ${sql.ref(orderBy)}`}
    ${ignoreConflicts ? sql`on conflict do nothing` : nothing}
    ${returning === undefined ? nothing : sql`returning ${sql.ref(returning)}`}`.execute(db);
  return result.rows;
}

const nothing: RawBuilder<unknown> = sql``;

/** Bytes as PostgreSQL writes them in text. */
export function bytesInText(bytes: Buffer): string {
  return `\\x${bytes.toString("hex")}`;
}
