import pg from "pg";
import t from "tap";
import { migrations } from "../../migrations/index.ts";
import { connect } from "../../src/database/connect.pg.ts";
import { migrateUp } from "../../src/database/migrate.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { emptyDatabase } from "../cli/empty-database.ts";
import { rekeyJson } from "../cli/rekey-process.ts";
import { until } from "../journeys/product.ts";

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

t.test("whoever comes while another migrates waits, for as long as it takes", async (t) => {
  const url = await emptyDatabase(t);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  const connection = connect({ url: new Secret(url) });
  t.teardown(() => Promise.all([other.end(), connection.close()]));
  await other.query("select pg_advisory_lock(hashtext('rekey migrations'))");
  const migrating = migrateUp(connection);
  const waiting =
    "select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())";
  await until(async () => (await other.query(waiting)).rowCount === 1);
  t.equal((await other.query("select to_regclass('kysely_migration') as books")).rows[0].books, null, "nothing was begun");
  await other.query("select pg_advisory_unlock(hashtext('rekey migrations'))");
  t.equal((await migrating).length, Object.keys(migrations).length);
});
