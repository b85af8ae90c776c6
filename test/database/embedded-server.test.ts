import { execFileSync, spawnSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import t from "tap";
import { connectEmbedded, startEmbeddedPostgres } from "../../src/database/embedded-server.ts";
import { asRoot, processesIn, silent, temporaryFolder } from "./temporary-folder.ts";

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

t.test("the first start creates, a restart keeps the data, a stop leaves no process", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  const cluster = join(dataDir, "postgres");
  t.equal(await connectEmbedded(dataDir), null, "nothing runs before");
  const first = await startEmbeddedPostgres({ dataDir, log: silent });
  t.teardown(first.stop);
  await ask(first.url, "create table kept as select 'Ångström' as what");
  t.equal(await connectEmbedded(dataDir), first.url, "a tool beside the service finds it");
  t.not((await processesIn(cluster)).length, 0);
  await Promise.all([first.stop(), first.stop()]);
  t.same(await processesIn(cluster), []);
  t.equal(await connectEmbedded(dataDir), null);
  const second = await startEmbeddedPostgres({ dataDir, log: silent });
  t.teardown(second.stop);
  t.same(await ask(second.url, "select lower(what) from kept"), ["ångström"]);
});

t.test("the application is no superuser; the server is durable and listens on no port", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  const { url, stop } = await startEmbeddedPostgres({ dataDir, log: silent });
  t.teardown(stop);
  t.same(await ask(url, "select current_user, rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user"), [
    "rekey",
    false,
    false,
    false,
  ]);
  t.same(
    await ask(
      url,
      "select pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datlocale from pg_database where datname = current_database()",
    ),
    ["rekey", "UTF8", "C.UTF-8"],
  );
  const settings =
    "select name || '=' || setting from pg_settings where name in ('listen_addresses', 'fsync', 'full_page_writes', 'data_checksums') order by 1";
  t.same(await ask(url, settings), ["data_checksums=on", "fsync=on", "full_page_writes=on", "listen_addresses="]);
  await t.rejects(ask(url, "select no_such_thing('alice@contoso.example')"));
  t.notMatch(await readFile(join(dataDir, "postgres.log"), "utf8"), /alice/, "statements stay out of the log");
});

t.test("only this process's account may connect, and nobody else sees the files", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  const { url, stop } = await startEmbeddedPostgres({ dataDir, log: silent });
  t.teardown(stop);
  for (const [name, mode] of [
    ["", 0o711],
    ["postgres", 0o700],
    ["run", 0o700],
    ["postgres.log", 0o600],
    ["postgres.lock", 0o600],
  ] as const) {
    t.equal((await stat(join(dataDir, name))).mode & 0o777, mode, name || "DATA_DIR");
  }
  const { uid, gid } = await stat(join(dataDir, "postgres"));
  t.equal(uid === 0, false, "PostgreSQL never runs as root");
  if (!asRoot) return; // it takes root to try as others
  // It becomes the other only when all is loaded: the clone may lie where others cannot go.
  const connect = `import pg from "pg"; const [url, uid, gid] = process.argv.slice(1);
    process.setgroups([]); process.setgid(Number(gid)); process.setuid(Number(uid));
    const c = new pg.Client(url); c.connect().then(() => console.log("in"), (e) => console.log(e.code)).finally(() => process.exit())`;
  const as = (who: { uid: number; gid: number }): string =>
    execFileSync(process.execPath, ["--input-type=module", "-e", connect, "--", url, `${who.uid}`, `${who.gid}`], {
      env: {},
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  t.equal(as({ uid: 65_534, gid: 65_534 }), "EACCES", "a stranger does not reach the socket");
  t.equal(as({ uid, gid }), "28000", "the account that runs the server is not let in either");
  t.equal(as({ uid: 0, gid: 0 }), "in");
});

t.test("a server that ends by itself is reported, and a stop after that is fine", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const server = await startEmbeddedPostgres({ dataDir, log: silent, onExit: resolve });
  t.teardown(server.stop);
  const pid = Number((await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8")).split("\n")[0]);
  process.kill(pid, "SIGQUIT");
  const awake = setInterval(() => undefined, 1_000); // the server alone keeps no process from ending
  t.match(await promise, { signal: null });
  clearInterval(awake);
  await server.stop();
  await (await startEmbeddedPostgres({ dataDir, log: silent })).stop();
});

t.test("a stop by us is no such report", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  const server = await startEmbeddedPostgres({ dataDir, log: silent, onExit: () => t.fail("reported") });
  t.teardown(server.stop);
  await server.stop();
});

t.test("a start that fails says why, and leaves neither process nor lock", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  await (await startEmbeddedPostgres({ dataDir, log: silent })).stop();
  const broken = join(dataDir, "postgres/global/pg_control");
  spawnSync("truncate", ["-s", "0", broken]);
  await t.rejects(startEmbeddedPostgres({ dataDir, log: silent }), /did not start: .*(FATAL|PANIC)/);
  t.same(await processesIn(join(dataDir, "postgres")), []);
  await t.rejects(startEmbeddedPostgres({ dataDir, log: silent }), /did not start/, "not: in use");
});
