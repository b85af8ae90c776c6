import t from "tap";
import { migrations } from "../../migrations/index.ts";
import { emptyDatabase } from "./empty-database.ts";
import { rekey, rekeyJson } from "./rekey-process.ts";

const names = Object.keys(migrations).sort();

t.test("migrate applies what is missing and tells it; --down takes back", async (t) => {
  const env = { DATABASE_URL: await emptyDatabase(t) };
  t.strictSame(await rekeyJson(t, ["migrate"], { env }), { applied: names, takenBack: [] });
  t.strictSame(await rekey(["migrate"], { env }), { code: 0, stdout: "The database is up to date.\n", stderr: "" });
  t.match(await rekey(["migrate", "--down", "2"], { env }), { code: 2, stdout: "" });
  t.match((await rekey(["migrate"], { env })).stdout, /^The database is up to date/, "without --yes nothing was taken back");
  const down = await rekey(["migrate", "--down", "2", "--yes"], { env });
  t.strictSame(down, { code: 0, stdout: `Taken back:\n  ${names.at(-1)}\n  ${names.at(-2)}\n`, stderr: "" });
  const up = await rekey(["migrate"], { env });
  t.strictSame(up.stdout, `Applied:\n  ${names.at(-2)}\n  ${names.at(-1)}\nThe database is up to date.\n`);
});

t.test("migrate goes by DATABASE_DIRECT_URL: a pooler cannot hold its lock", async (t) => {
  const direct = await emptyDatabase(t);
  const env = { DATABASE_URL: "postgres://nobody@127.0.0.1:9/nothing", DATABASE_DIRECT_URL: direct };
  t.strictSame((await rekeyJson(t, ["migrate"], { env })).applied, names);
});

t.test("other commands fill an empty database, and refuse one that is behind", async (t) => {
  const env = { DATABASE_URL: await emptyDatabase(t) };
  t.match(await rekey(["tenants", "list"], { env }), { code: 0, stdout: "", stderr: /The database was empty.*\n.*no tenant yet/ });
  t.strictSame((await rekeyJson(t, ["migrate"], { env })).applied, []);
  await rekeyJson(t, ["migrate", "--down", "1", "--yes"], { env });
  const refused = await rekey(["tenants", "list"], { env });
  t.match(refused, {
    code: 1,
    stdout: "",
    stderr: /^error: The database is 1 migration behind this Rekey: run `rekey migrate` first\.\n$/,
  });
  t.strictSame((await rekeyJson(t, ["migrate"], { env })).applied, [names.at(-1)], "it was left as it was");
});

t.test("a database that cannot be used is one sentence, without its password", async (t) => {
  const url = new URL(await emptyDatabase(t));
  url.pathname = "/is_not_there";
  const missing = await rekey(["tenants", "list"], { env: { DATABASE_URL: url.href } });
  t.strictSame(missing, { code: 1, stdout: "", stderr: 'error: The database cannot be used: database "is_not_there" does not exist.\n' });
  const away = await rekey(["migrate"], { env: { DATABASE_URL: "postgres://rekey:hunter2@127.0.0.1:9/rekey" } });
  t.strictSame(away, { code: 1, stdout: "", stderr: "error: The database cannot be used: connect ECONNREFUSED 127.0.0.1:9.\n" });
});
