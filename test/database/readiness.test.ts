import t, { type Test } from "tap";
import { migrations } from "../../migrations/index.ts";
import { connect } from "../../src/database/connect.pg.ts";
import { pendingMigrations } from "../../src/database/migrate.pg.ts";
import { createDatabaseReadiness } from "../../src/database/readiness.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { emptyDatabase } from "../cli/empty-database.ts";
import { freshDatabase } from "../journeys/fresh-database.ts";

function watched(t: Test, url: string) {
  const statements: string[] = [];
  const connection = connect({ url: new Secret(url), onQuery: (sql) => statements.push(sql) });
  t.teardown(() => connection.close());
  return { connection, statements };
}

t.test("who asks at the same moment shares one check, and none pending is known for good", async (t) => {
  const { connection, statements } = watched(t, await freshDatabase(t));
  const { pool } = connection;
  const readiness = createDatabaseReadiness(connection);
  await pool.query("update kysely_migration set name = 'hidden' where name = '0001_tenants'");
  await t.rejects(readiness.migrations(), { message: "migrations are pending" });
  await pool.query("update kysely_migration set name = '0001_tenants' where name = 'hidden'");
  statements.length = 0;
  await Promise.all(Array.from({ length: 20 }, () => readiness.migrations()));
  t.equal(statements.length, 1, "one statement for all");
  t.notMatch(statements.join(), /pg_catalog|information_schema/, "and not about the whole catalogue");
  await readiness.migrations();
  t.equal(statements.length, 1, "once it is so, nobody asks again");

  let taken = 0;
  pool.on("acquire", () => taken++);
  await Promise.all(Array.from({ length: 20 }, () => readiness.database()));
  t.equal(taken, 1);
  await readiness.database();
  t.equal(taken, 2, "whether the database answers is asked anew");
});

t.test("of an empty database every migration is pending", async (t) => {
  const { connection } = watched(t, await emptyDatabase(t));
  t.equal(await pendingMigrations(connection), Object.keys(migrations).length);
  await t.rejects(createDatabaseReadiness(connection).migrations());
});

t.test("a database that is away is not one without migrations", async (t) => {
  const { connection } = watched(t, "postgres://nobody@127.0.0.1:9/nothing");
  await t.rejects(pendingMigrations(connection), { code: "ECONNREFUSED" });
});
