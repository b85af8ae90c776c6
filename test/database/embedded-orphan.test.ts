import { spawn } from "node:child_process";
import { chown, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import t from "tap";
import { connectEmbedded, startEmbeddedPostgres } from "../../src/database/embedded-server.ts";
import { startOwner } from "./owner-process.ts";
import { asRoot, processesIn, silent, temporaryFolder } from "./temporary-folder.ts";

const postmasterOf = async (dataDir: string): Promise<number> =>
  Number((await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8")).split("\n")[0]);

t.test("the server of a killed Rekey is stopped at the next start, which works on the same data", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  const owner = await startOwner(t, [dataDir, "start"]);
  owner.go();
  t.equal(await owner.next(), "locked");
  const url = await owner.next();
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  await client.query("create table kept (what text)");
  await client.query("insert into kept values ('committed just before')");
  await owner.kill();
  const orphan = await postmasterOf(dataDir);
  t.ok((await processesIn(join(dataDir, "postgres"))).includes(orphan), "the orphan runs on");
  t.equal(await connectEmbedded(dataDir), url);
  const told: object[] = [];
  const log = { ...silent, warn: (details: object): void => void told.push(details) };
  const server = await startEmbeddedPostgres({ dataDir, log });
  t.teardown(server.stop);
  t.same(told, [{ pid: orphan }]);
  t.notOk((await processesIn(join(dataDir, "postgres"))).includes(orphan));
  const again = new pg.Client({ connectionString: server.url });
  await again.connect();
  t.same((await again.query("select what from kept")).rows, [{ what: "committed just before" }]);
  await again.end();
});

t.test("Ctrl-C reaches the service and not its server", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  const owner = await startOwner(t, [dataDir, "start"]);
  owner.go();
  await owner.next();
  const url = await owner.next();
  process.kill(-(owner.child.pid as number), "SIGINT"); // what a terminal does: the whole foreground group
  await owner.gone;
  t.equal(await connectEmbedded(dataDir), url, "the server lives on, for the service to stop it last");
  await (await startEmbeddedPostgres({ dataDir, log: silent })).stop();
});

t.test("a server that was killed itself: recovery, with a session still open", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  const server = await startEmbeddedPostgres({ dataDir, log: silent });
  t.teardown(server.stop);
  const client = new pg.Client({ connectionString: server.url });
  client.on("error", () => undefined);
  await client.connect();
  await client.query("create table kept as select 1 as one");
  process.kill(await postmasterOf(dataDir), "SIGKILL");
  await server.stop();
  const next = await startEmbeddedPostgres({ dataDir, log: silent });
  t.teardown(next.stop);
  const again = new pg.Client({ connectionString: next.url });
  await again.connect();
  t.same((await again.query("select one from kept")).rows, [{ one: 1 }]);
  await again.end();
});

t.test("a leftover postmaster.pid whose pid is another program by now stops nothing, and kills nobody", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  await (await startEmbeddedPostgres({ dataDir, log: silent })).stop();
  const cluster = join(dataDir, "postgres");
  const { uid, gid } = await stat(cluster);
  // Of the cluster's account: PostgreSQL itself sees through a pid of another one.
  const bystander = spawn("sleep", ["600"], asRoot ? { uid, gid } : {});
  t.teardown(() => bystander.kill("SIGKILL"));
  const left = [
    [join(cluster, "postmaster.pid"), `${bystander.pid}\n${cluster}\n1700000000\n5432\n${dataDir}/run\n\n  5432001   1\nready   \n`],
    [join(dataDir, "run/.s.PGSQL.5432.lock"), `${bystander.pid}\n${cluster}\n1700000000\n5432\n${dataDir}/run\n`],
  ] as const;
  for (const [path, text] of left) {
    await writeFile(path, text, { mode: 0o600 });
    await chown(path, uid, gid);
  }
  t.equal(await connectEmbedded(dataDir), null);
  await (await startEmbeddedPostgres({ dataDir, log: silent })).stop();
  t.equal(bystander.exitCode ?? bystander.signalCode, null);
});

t.test("a first start that was killed half-way is done again", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  const owner = await startOwner(t, [dataDir, "start"]);
  owner.go();
  await owner.next();
  await appears(dataDir, "postgres.new-");
  await owner.kill();
  t.notOk((await readdir(dataDir)).includes("postgres"), "killed before it was whole");
  const unfinished = join(dataDir, "postgres.new-oldone");
  await mkdir(unfinished);
  await writeFile(join(unfinished, "PG_VERSION"), "18\n");
  await (await startEmbeddedPostgres({ dataDir, log: silent })).stop();
  const names = await readdir(dataDir);
  t.ok(names.includes("postgres"));
  t.notOk(names.includes("postgres.new-oldone"));
});

async function appears(folder: string, prefix: string): Promise<void> {
  while (!(await readdir(folder)).some((name) => name.startsWith(prefix))) await new Promise(setImmediate);
}
