import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import pg from "pg";
import type { Test } from "tap";
import { connect } from "../../src/database/connect.pg.ts";
import { migrateUp } from "../../src/database/migrate.pg.ts";
import { Secret } from "../../src/kit/secret.ts";

const LOCK = 7_262_529;

/** The superuser's URL of the server that `npm test` started. A missing one fails the test, it never skips it. */
export function testDatabaseUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined || url === "") throw new Error("TEST_DATABASE_URL is not set: run the tests by `npm test -- <file>`");
  return url;
}

/** A database of its own for one test, cloned from a migrated template, which the first caller makes. */
export async function freshDatabase(t: Pick<Test, "teardown">): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await withAdmin(async (admin) => {
    await admin.query("select pg_advisory_lock($1)", [LOCK]);
    const template = await ensureTemplate(admin);
    await admin.query(`create database ${name} template ${template}`);
  });
  t.teardown(() => withAdmin((admin) => admin.query(`drop database if exists ${name} with (force)`)));
  return databaseUrl(name);
}

async function ensureTemplate(admin: pg.Client): Promise<string> {
  const template = `template_${migrationsHash()}`;
  const { rowCount } = await admin.query("select 1 from pg_database where datname = $1 and datistemplate", [template]);
  if (rowCount === 1) return template;
  await admin.query(`drop database if exists ${template} with (force)`);
  await admin.query(`create database ${template}`);
  const connection = connect({ url: new Secret(databaseUrl(template)), max: 2 });
  await migrateUp(connection);
  await connection.close();
  await admin.query(`alter database ${template} is_template true`);
  return template;
}

function migrationsHash(): string {
  const folder = fileURLToPath(new URL("../../migrations/", import.meta.url));
  const hash = createHash("sha256");
  for (const file of readdirSync(folder).sort()) hash.update(readFileSync(`${folder}${file}`));
  return hash.digest("hex").slice(0, 16);
}

async function withAdmin(work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: testDatabaseUrl() });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function databaseUrl(name: string): string {
  const url = new URL(testDatabaseUrl());
  url.pathname = `/${name}`;
  return url.href;
}
