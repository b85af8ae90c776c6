import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import t, { type Test } from "tap";
import { processesIn, temporaryFolder } from "../database/temporary-folder.ts";
import { freePort, until } from "../journeys/product.ts";
import { rekey, rekeyJson, spawnRekey } from "./rekey-process.ts";

const TENANT = ["tenants", "create", "--domain", "fabrikam.example", "--name", "Fabrikam", "--admin", "ylva@fabrikam.example"];
const APP = ["apps", "create", "--tenant", "fabrikam.example", "--name", "HR", "--scope", "users:read"];

async function dataDir(t: Test) {
  const folder = join(await temporaryFolder(t), "data");
  return { folder, env: { DATA_DIR: folder }, servers: () => processesIn(join(folder, "postgres")) };
}

t.test("without a service the embedded database is started for the command, and stopped", async (t) => {
  const { folder, env, servers } = await dataDir(t);
  for (const args of [["tenants", "list"], APP])
    t.match(await rekey(args, { env }), { code: 1, stdout: "", stderr: /^error: There is no database in DATA_DIR .* yet/ }, args.join(" "));
  t.notOk(existsSync(folder), "nothing was made");
  const { tenant } = await rekeyJson(t, TENANT, { env });
  t.strictSame(await servers(), []);
  t.match(await rekeyJson(t, ["tenants", "list"], { env }), { items: [{ id: tenant.id }] });
  t.match(await rekeyJson(t, APP, { env }), { scope: "users:read" });
  t.match(await rekey(["migrate"], { env }), { code: 0, stdout: "The database is up to date.\n" });
  t.match(await rekey(TENANT, { env }), { code: 1, stderr: /domain fabrikam\.example is taken/ });
  t.strictSame(await servers(), []);
  t.notOk(existsSync(join(folder, "rekey.pid")), "the lock is let go");
});

t.test("beside a running service its database is used; serve stops gently on SIGTERM", async (t) => {
  const { folder, env, servers } = await dataDir(t);
  const port = String(await freePort());
  const service = spawnRekey(["serve"], { env: { ...env, PORT: port, LOG_LEVEL: "warn" } });
  const ended = once(service, "close");
  t.teardown(() => service.kill("SIGKILL"));
  let said = "";
  service.stdout?.setEncoding("utf8").on("data", (text: string) => (said += text));
  // At once: while it starts, the command waits for its database.
  await until(async () => existsSync(join(folder, "rekey.pid")));
  const { admin } = await rekeyJson(t, TENANT, { env });
  await until(async () => said.includes("Rekey is running."));
  const demo = JSON.parse(await readFile(join(folder, "demo.json"), "utf8"));
  t.match(demo, { baseUrl: `http://127.0.0.1:${port}` });
  t.same(
    demo.users.map(({ roles, methods }: { roles: string[]; methods: string[] }) => [...roles, ...methods]),
    [
      ["globalAdministrator", "email", "mobilePhone"],
      ["userAdministrator", "email", "mobilePhone"],
      ["helpdeskAdministrator", "email", "mobilePhone"],
      ["passwordAdministrator", "email", "mobilePhone"],
      ["email", "mobilePhone"],
      [],
    ],
    "words, as the contract says",
  );
  const answer = await fetch(`http://127.0.0.1:${port}/v1/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ userPrincipalName: admin.userPrincipalName, password: admin.temporaryPassword }),
  });
  t.match(await answer.json(), { next: "interrupts" });
  service.kill("SIGTERM");
  t.strictSame(await ended, [0, null]);
  t.strictSame(await servers(), []);
});

t.test("a command that is interrupted while its database starts leaves none behind", async (t) => {
  const { folder, env, servers } = await dataDir(t);
  const command = spawnRekey(TENANT, { env });
  const ended = once(command, "close");
  await until(async () => existsSync(join(folder, "rekey.pid")));
  await until(async () => command.exitCode !== null || (await servers()).length > 0);
  command.kill("SIGINT");
  command.kill("SIGINT");
  t.strictSame(await ended, [130, null]);
  t.strictSame(await servers(), []);
  t.notOk(existsSync(join(folder, "rekey.pid")), "the lock is let go");
  await rekeyJson(t, TENANT, { env });
});

t.test("worker needs a database that it can share", async (t) => {
  const { env } = await dataDir(t);
  t.match(await rekey(["worker"], { env }), { code: 1, stdout: "", stderr: /set DATABASE_URL to run server and worker apart/ });
});
