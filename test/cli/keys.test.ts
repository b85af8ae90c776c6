import { randomBytes } from "node:crypto";
import t from "tap";
import { ROTATING_PURPOSES } from "../../src/keys/rotation.ts";
import { emptyDatabase } from "./empty-database.ts";
import { rekey, rekeyJson } from "./rekey-process.ts";

const masterKey = () => randomBytes(32).toString("base64");

t.test("keys rotate makes new keys and wraps them by the first master key", async (t) => {
  const [former, next] = [masterKey(), masterKey()];
  const env = { DATABASE_URL: await emptyDatabase(t), MASTER_KEY: former };
  await rekeyJson(t, ["migrate"], { env });
  const first = await rekeyJson(t, ["keys", "rotate"], { env });
  t.same(
    first.made.map(({ purpose }: { purpose: string }) => purpose),
    ROTATING_PURPOSES,
  );
  t.ok(first.made.every(({ currentFrom }: { currentFrom: string }) => Date.parse(currentFrom) > Date.now()));

  t.match(await rekeyJson(t, ["keys", "rotate", "--only", "token,code"], { env }), { made: [{ purpose: "code" }, { purpose: "token" }] });
  const both = { ...env, MASTER_KEY: `${next},${former}` };
  t.same(await rekeyJson(t, ["keys", "rotate", "--master-key-only"], { env: both }), { rewrapped: 8, made: [], forgotten: 0 });
  t.match(await rekey(["keys", "rotate"], { env }), {
    code: 1,
    stdout: "",
    stderr: /^error: Nothing was rotated: MASTER_KEY does not open this database's keyring/,
  });
  const told = await rekey(["keys", "rotate", "--only", "token"], { env: { ...env, MASTER_KEY: next } });
  t.match(told, { code: 0, stderr: "" });
  t.match(
    told.stdout,
    /^PURPOSE +KEY +USED FROM\ntoken +\S{22} +\S+Z\n0 keys wrapped anew by the first MASTER_KEY, 0 keys past use forgotten\.\n$/,
  );
});

t.test("keys rotate refuses what it does not know, before anything is asked", async (t) => {
  const env = { DATABASE_URL: "postgres://nobody@127.0.0.1:9/nothing" };
  t.match(await rekey(["keys", "rotate", "--only", "tag"], { env }), { code: 2, stdout: "" }, "tags are not rotated");
  t.match(await rekey(["keys", "rotate", "--only", "code", "--master-key-only"], { env }), { code: 2, stdout: "" });
  t.match(await rekey(["keys", "rotate"], { env }), { code: 1, stdout: "", stderr: /MASTER_KEY is required/ });
});
