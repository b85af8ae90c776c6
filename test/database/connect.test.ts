import pg from "pg";
import t from "tap";
import { startPgBouncer } from "../../scripts/servers/pgbouncer.mjs";
import { connect } from "../../src/database/connect.pg.ts";
import { watched } from "../../src/database/direct.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { freshDatabase, testDatabaseUrl } from "../journeys/fresh-database.ts";

const LIMITS = `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
  current_setting('idle_in_transaction_session_timeout') as idle`;
const LIMITED = { statement: "15s", lock: "5s", idle: "30s" };
const UNLIMITED = { statement: "0", lock: "0", idle: "0" };

t.test("every connection has its limits, save those of migrations", async (t) => {
  const connection = connect({ url: new Secret(testDatabaseUrl()), max: 1 });
  t.teardown(() => connection.close());
  t.same((await connection.pool.query(LIMITS)).rows, [LIMITED]);
  t.same((await connection.direct.pool.query(LIMITS)).rows, [LIMITED]);
  const unlimited = connection.direct.unlimited();
  t.teardown(() => unlimited.end());
  t.same((await unlimited.query(LIMITS)).rows, [{ ...UNLIMITED, lock: LIMITED.lock }], "a migration takes its time, but not for a lock");
});

t.test("behind a pooler each transaction brings its limits and leaves none behind", async (t) => {
  const directUrl = await freshDatabase(t);
  // One session for all, so that what one borrower leaves is found by the next.
  const pooler = await startPgBouncer({ url: directUrl, settings: { default_pool_size: "1" } });
  const connection = connect({ url: new Secret(pooler.url), directUrl: new Secret(directUrl), max: 4 });
  t.teardown(async () => {
    await connection.close();
    await pooler.stop();
  });
  const { db, pool, direct } = connection;
  await db
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute(async (trx) => {
      const { rows } = await trx.executeQuery<object>({ ...trx.selectNoFrom([]).compile(), sql: LIMITS, parameters: [] });
      t.same(rows, [LIMITED]);
      const level = await trx.executeQuery({
        ...trx.selectNoFrom([]).compile(),
        sql: "select current_setting('transaction_isolation') as level",
        parameters: [],
      });
      t.same(level.rows, [{ level: "repeatable read" }]);
    });
  t.same((await pool.query(LIMITS)).rows, [UNLIMITED]);
  t.same((await direct.pool.query(LIMITS)).rows, [LIMITED], "what goes past the pooler asks the server itself");
  await Promise.all([1, 2, 3, 4].map((tenant) => pool.query("select $1::int as tenant", [tenant])));
});

t.test("a pooler that is not named as one refuses at the start, and not half-way", async (t) => {
  const pooler = await startPgBouncer({ url: testDatabaseUrl() });
  const connection = connect({ url: new Secret(pooler.url) });
  t.teardown(async () => {
    await connection.close();
    await pooler.stop();
  });
  await t.rejects(connection.pool.query("select 1"), { message: /unsupported startup parameter/ });
});

t.test("a statement without an answer costs its connection, not the next statement's time", async (t) => {
  const pool = watched(new pg.Pool({ connectionString: testDatabaseUrl(), max: 1, query_timeout: 200 }), () => undefined);
  t.teardown(() => pool.end());
  const client = await pool.connect();
  await t.rejects(client.query("select pg_sleep(600)"), { message: "Query read timeout" });
  client.release();
  t.same((await pool.query("select 1 as alive")).rows, [{ alive: 1 }]);
});
