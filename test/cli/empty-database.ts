import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Test } from "tap";
import { testDatabaseUrl } from "../journeys/fresh-database.ts";

/** A database of its own without a single table. Answers its URL. */
export async function emptyDatabase(t: Test): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const admin = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: testDatabaseUrl() });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await admin(`create database ${name}`);
  t.teardown(() => admin(`drop database if exists ${name} with (force)`));
  const url = new URL(testDatabaseUrl());
  url.pathname = `/${name}`;
  return url.href;
}
