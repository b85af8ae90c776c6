import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { DataDirInUse, lockDataDir } from "../../src/database/data-dir-lock.ts";
import { startOwner } from "./owner-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";

t.test("a second lock is refused in one sentence that names folder and pid", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  const owner = await startOwner(t, [dataDir, "lock"]);
  owner.go();
  t.equal(await owner.next(), "locked");
  const refusal = await lockDataDir(dataDir).then(
    () => undefined,
    (error) => error,
  );
  t.ok(refusal instanceof DataDirInUse);
  t.match(refusal, {
    folder: dataDir,
    pid: owner.child.pid,
    message: `${dataDir} is in use by another Rekey process (pid ${owner.child.pid})`,
  });
  t.equal(await owner.finish(), 0);
  await (await lockDataDir(dataDir)).release();
});

t.test("one process cannot hold it twice, and a refused try does not loosen the lock", async (t) => {
  const dataDir = await temporaryFolder(t, 0o700);
  const lock = await lockDataDir(dataDir);
  await t.rejects(lockDataDir(dataDir), { name: "DataDirInUse", pid: process.pid });
  const other = await startOwner(t, [dataDir, "lock"]);
  other.go();
  t.match(await other.next(), /^DataDirInUse: .* \(pid \d+\)/);
  await lock.release();
  await lock.release();
  await (await lockDataDir(dataDir)).release();
});

t.test(
  "after SIGKILL exactly one of those who start at the same instant takes over, even when the dead one's pid lives again",
  async (t) => {
    const dataDir = join(await temporaryFolder(t), "data");
    const dead = await startOwner(t, [dataDir, "lock"]);
    dead.go();
    t.equal(await dead.next(), "locked");
    await dead.kill();
    await writeFile(join(dataDir, "rekey.pid"), `${process.pid}\n`);
    const rivals = await Promise.all([1, 2, 3, 4, 5].map(() => startOwner(t, [dataDir, "lock"])));
    for (const rival of rivals) rival.go();
    const said = await Promise.all(rivals.map((rival) => rival.next()));
    t.equal(said.filter((line) => line === "locked").length, 1, said.join("\n"));
    t.equal(said.filter((line) => line.startsWith("DataDirInUse")).length, 4);
  },
);

t.test("DATA_DIR lets others through and shows them nothing; a folder with other things in it keeps its mode", async (t) => {
  const folder = await temporaryFolder(t);
  await (await lockDataDir(join(folder, "deep/data"))).release();
  t.equal((await stat(join(folder, "deep/data"))).mode & 0o777, 0o711);
  t.equal((await stat(join(folder, "deep/data/rekey.lock"))).mode & 0o777, 0o600);
  await mkdir(join(folder, "shared"));
  await chmod(join(folder, "shared"), 0o755);
  await writeFile(join(folder, "shared/thing"), "");
  await (await lockDataDir(join(folder, "shared"))).release();
  t.equal((await stat(join(folder, "shared"))).mode & 0o777, 0o755);
  await t.rejects(lockDataDir(join(folder, "shared/thing")), /^DATA_DIR .*thing cannot be used: /);
});
