import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { masterKeyIn } from "../../src/keys/master-key.file.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { temporaryFolder } from "../database/temporary-folder.ts";

t.test("starts at the same moment make one key, and the next start finds it", async (t) => {
  for (let round = 0; round < 20; round += 1) {
    const dataDir = await temporaryFolder(t);
    const made = await Promise.all(Array.from({ length: 8 }, () => masterKeyIn(dataDir, systemRandom)));
    const again = await masterKeyIn(dataDir, systemRandom);
    t.equal(new Set([...made, again].map((key) => key.reveal().toString("hex"))).size, 1);
    t.same(await readdir(join(dataDir, "keys")), ["master.key"]);
    t.equal((await stat(join(dataDir, "keys", "master.key"))).mode & 0o777, 0o600);
  }
});

t.test("a key that was cut off stops the start, and is not replaced", async (t) => {
  const dataDir = await temporaryFolder(t);
  await masterKeyIn(dataDir, systemRandom);
  await writeFile(join(dataDir, "keys", "master.key"), "c2hvcnQ=\n");
  await t.rejects(masterKeyIn(dataDir, systemRandom), /restore it from a backup/);
});
