import t from "tap";
import { connect } from "../../src/database/connect.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { forgetOldReports } from "../../src/reports/old-reports.pg.ts";
import { NOBODY } from "../../src/users/nobody.ts";
import { freshDatabase } from "../journeys/fresh-database.ts";

const DAY = 24 * 60 * 60_000;
const NOW = Date.parse("2026-11-21T12:00:00Z");

t.test("old counts are forgotten a batch at a time, then reports that nobody asks for", async (t) => {
  const connection = connect({ url: new Secret(await freshDatabase(t)), max: 2 });
  t.teardown(() => connection.close());
  const { db, pool } = connection;
  await pool.query(
    `insert into event_day_counts select $1, $2::date - age, 'reset.start', 'success', '', '', 1 from unnest(array[0, 400, 799, 800, 801, 802, 900]) age`,
    [NOBODY, "2026-11-21"],
  );
  const snapshot = (days: number) =>
    pool.query("insert into registration_snapshots values ($1, $2, $2, $2, '{}') on conflict (tenant_id) do update set asked_at = $2", [
      NOBODY,
      new Date(NOW - days * DAY),
    ]);
  await snapshot(29);
  const forgotten: number[] = [];
  for (let turn = 0; turn < 3; turn++) forgotten.push(await forgetOldReports(db, NOW, 2));
  t.strictSame(forgotten, [2, 1, 0]);
  const { rows } = await pool.query("select ($1::date - day)::int as age from event_day_counts order by day desc", ["2026-11-21"]);
  t.strictSame(
    rows.map(({ age }) => age),
    [0, 400, 799, 800],
  );
  await snapshot(31);
  t.equal(await forgetOldReports(db, NOW, 2), 1);
  t.equal((await pool.query("select 1 from registration_snapshots")).rowCount, 0);
});
