import pg from "pg";
import t from "tap";
import { migrations } from "../../migrations/index.ts";
import { connect } from "../../src/database/connect.pg.ts";
import { migrateUp } from "../../src/database/migrate.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { emptyDatabase } from "../cli/empty-database.ts";
import { rekeyJson } from "../cli/rekey-process.ts";

const PROCESSES = 8;

t.test("eight processes at once bring an empty database up to date, each step once", async (t) => {
  const url = await emptyDatabase(t);
  const env = { DATABASE_URL: url };
  const answers = await Promise.all(Array.from({ length: PROCESSES }, () => rekeyJson(t, ["migrate"], { env })));
  const names = Object.keys(migrations).sort();
  t.same(answers.flatMap(({ applied }) => applied).sort(), names);

  const client = new pg.Client({ connectionString: url });
  await client.connect();
  t.teardown(() => client.end());
  t.same(
    (await client.query("select name from kysely_migration order by name")).rows.map(({ name }) => name),
    names,
  );
  const { rows } = await client.query("select count(*)::int as steps, max(id)::int as newest from graphile_worker.migrations");
  t.equal(rows[0].steps, rows[0].newest, "the queue's own steps too");
});

t.test("and so do eight at the very same moment", async (t) => {
  const url = new Secret(await emptyDatabase(t));
  const connections = Array.from({ length: PROCESSES }, () => connect({ url }));
  t.teardown(() => Promise.all(connections.map((connection) => connection.close())));
  const results = await Promise.all(connections.map(migrateUp));
  t.same(
    results
      .flat()
      .map(({ migrationName }) => migrationName)
      .sort(),
    Object.keys(migrations).sort(),
  );
});
