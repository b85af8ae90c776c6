import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import type { StartedProduct } from "../journeys/product.ts";

/** Something that must not be found, by what it is. */
export type Canaries = Map<string, string>;

/**
 * Where the data model says that a value stands in clear: who people are. Contact data, codes, tokens and passwords stand nowhere.
 * Table → columns.
 */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "public.users": ["user_principal_name", "upn_key", "display_name", "given_name", "surname", "mail"],
};

/** A value in the writings in which it might have been kept. */
function writings(value: string): string[] {
  const bytes = Buffer.from(value);
  const hash = createHash("sha256").update(value).digest();
  const encoded = [bytes, ...(/^\d{4} ?\d{4}$/.test(value) ? [hash] : [])].flatMap((each) => [each.toString("hex"), ...base64Of(each)]);
  // In JSON within JSON, in a URL, as a code without its blank.
  return [...new Set([value, ...encoded, encodeURIComponent(value), value.replace(/^(\d{4}) (\d{4})$/, "$1$2")])];
}

/** In both alphabets, also where it stands within something longer: three alignments, each without the letters that its neighbours share. */
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    const [first, end] = [Math.ceil((offset * 8) / 6), Math.floor((padded.length * 8) / 6)];
    return (["base64", "base64url"] as const).map((alphabet) => padded.toString(alphabet).slice(first, end));
  });
}

/** Everything found of the canaries in a text, as "what: in which writing". */
export function found(canaries: Canaries, text: string): string[] {
  return [...canaries].flatMap(([value, what]) =>
    writings(value)
      .filter((each) => text.includes(each))
      .map((each) => `${what}: ${each}`),
  );
}

/** Every row of every table in PostgreSQL, the queue's private ones too, without the columns that may hold a name. */
export async function postgresText(run: StartedProduct): Promise<Map<string, string>> {
  const { pool } = run.connection;
  const { rows: tables } = await pool.query(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const texts = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await pool.query(`select to_jsonb(t) - $1::text[] as row from ${name} t`, [EXPECTED[name] ?? []]);
    texts.set(name, rows.map(({ row }) => JSON.stringify(row)).join("\n"));
  }
  return texts;
}

/** Every key of the product's Redis database with its value. */
export async function redisText(run: StartedProduct): Promise<string> {
  const redis = new Redis(run.config.redisUrl?.reveal() ?? "");
  try {
    const keys = await redis.keys("*");
    const values = await Promise.all(
      keys.map(async (key) => {
        const type = await redis.type(key);
        if (type === "string") return redis.get(key);
        if (type === "stream") return redis.xrange(key, "-", "+");
        if (type === "none") return null;
        throw new Error(`a ${type} was not expected in Redis: ${key}`);
      }),
    );
    return JSON.stringify([keys, values]);
  } finally {
    redis.disconnect();
  }
}

/** All places at once: where something was found → what. Empty is what it should be. */
export async function leaks(run: StartedProduct, canaries: Canaries): Promise<Record<string, string[]>> {
  const places = new Map([["logs", run.logs.join("")], ["Redis", await redisText(run)], ...(await postgresText(run))]);
  const entries = [...places].map(([place, text]) => [place, found(canaries, text)] as const).filter(([, hits]) => hits.length > 0);
  return Object.fromEntries(entries);
}
