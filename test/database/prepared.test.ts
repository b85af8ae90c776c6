import { sql } from "kysely";
import t from "tap";
import { connect } from "../../src/database/connect.pg.ts";
import { PREPARED } from "../../src/database/prepared.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { testDatabaseUrl } from "../journeys/fresh-database.ts";

const add = (a: number, b: number) => sql<{ sum: number }>`${PREPARED}select ${a}::int + ${b}::int as sum`;
const named = sql<{ statement: string }>`select statement from pg_prepared_statements where name like 'rekey%'`;

t.test("a marked statement is planned once for each connection", async (t) => {
  const { db, close } = connect({ url: new Secret(testDatabaseUrl()), max: 1 });
  t.teardown(close);
  t.same((await add(1, 2).execute(db)).rows, [{ sum: 3 }]);
  t.same((await db.transaction().execute((trx) => add(20, 22).execute(trx))).rows, [{ sum: 42 }], "in a transaction too");
  t.equal((await named.execute(db)).rows.length, 1);
  await t.rejects(add(2 ** 31 - 1, 1).execute(db), { code: "22003" }, "a failure leaves the connection good");
  t.same((await add(3, 4).execute(db)).rows, [{ sum: 7 }]);
});

t.test("behind a pooler none is: the next statement may run in another session", async (t) => {
  const url = testDatabaseUrl();
  const { db, close } = connect({ url: new Secret(`${url}?application_name=pooled`), directUrl: new Secret(url), max: 1 });
  t.teardown(close);
  t.same((await add(1, 2).execute(db)).rows, [{ sum: 3 }]);
  t.equal((await named.execute(db)).rows.length, 0);
});
