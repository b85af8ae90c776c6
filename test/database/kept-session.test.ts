import pg from "pg";
import t, { type Test } from "tap";
import { connect } from "../../src/database/connect.pg.ts";
import { NOBODY_HOLDS } from "../../src/database/kept-session.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { freshDatabase } from "../journeys/fresh-database.ts";
import { until } from "../journeys/product.ts";

async function twoSides(t: Test) {
  const url = await freshDatabase(t);
  const connection = connect({ url: new Secret(url) });
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  t.teardown(async () => {
    await Promise.all([connection.close(), other.end()]);
  });
  const cutOff =
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rekey session' and datname = current_database()";
  return {
    session: connection.direct.session,
    notify: (channel: string) => other.query("select pg_notify($1, '')", [channel]),
    isHeld: async (name: string) =>
      !(await other.query(`select ${NOBODY_HOLDS} as free from (select $1::text as name) named`, [name])).rows[0].free,
    cutOff: () => other.query(cutOff),
  };
}

t.test("notices and locks outlive the connection", async (t) => {
  const { session, notify, isHeld, cutOff } = await twoSides(t);
  let notices = 0;
  let returns = 0;
  session.onReturn(() => returns++);
  await session.listen("plums", () => notices++);
  const letGo = await session.hold("ours");
  await notify("plums");
  await until(async () => notices === 1);
  t.equal(await isHeld("ours"), true);
  t.equal(await isHeld("theirs"), false);

  for (const time of [1, 2]) {
    await cutOff();
    await until(async () => returns === time);
    t.equal(await isHeld("ours"), true, "taken up again");
  }
  t.equal(notices, 3, "whoever listens looks for what it may have missed");
  await notify("plums");
  await until(async () => notices === 4);

  await letGo();
  t.equal(await isHeld("ours"), false);
  await cutOff();
  await until(async () => returns === 3);
  t.equal(await isHeld("ours"), false, "what was let go is not taken up again");
});

t.test("closed, it holds nothing and does not come back", async (t) => {
  const { session, isHeld } = await twoSides(t);
  await session.hold("ours");
  await session.close();
  await until(async () => !(await isHeld("ours")));
  await t.rejects(session.hold("theirs"));
});
