import { createHash } from "node:crypto";
import { chmod, mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Account, canEnter } from "./embedded-account.ts";
import { ownFolder, reachablePlace } from "./embedded-place.ts";
import { replaceFile } from "./replace-file.ts";

const POINTER = "embedded-postgres.json";

/** Where the cluster of a DATA_DIR lies: in the folder itself, or where its pointer says. `dataDir` is a real path. */
export async function findHome(dataDir: string): Promise<string> {
  const pointer = await readFile(join(dataDir, POINTER), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return pointer === undefined ? dataDir : (JSON.parse(pointer) as { home: string }).home;
}

/** The cluster's folder in its home. */
export function clusterIn(home: string): string {
  return join(home, "postgres");
}

/** Who owns the cluster, or `undefined` when there is none yet. */
export async function clusterOwner(home: string): Promise<{ uid: number; gid: number } | undefined> {
  return stat(clusterIn(home)).then(
    ({ uid, gid }) => ({ uid, gid }),
    () => undefined,
  );
}

/**
 * A home that the account can reach. DATA_DIR itself nearly always; when it lies under a folder closed to the account, a new
 * folder in one of the places, to which a pointer in DATA_DIR leads from then on. The name is random, so that a DATA_DIR that was
 * deleted and made anew begins empty instead of finding the old data.
 * @throws one sentence when existing data are lost or out of reach
 */
export async function reachableHome(dataDir: string, account: Account | undefined, places: readonly string[]): Promise<string> {
  const home = await findHome(dataDir);
  if (home !== dataDir && !(await ownFolder(home))) {
    throw new Error(
      `${join(dataDir, POINTER)} says that the database lies in ${home}, which is gone or not ours: restore it, or delete the pointer to begin anew.`,
    );
  }
  if (account === undefined || (await canEnter(account, home))) return home;
  if (home !== dataDir || (await clusterOwner(home))) {
    throw new Error(`The account ${account.name} cannot reach its database in ${home}: let it pass through the folders above (chmod o+x).`);
  }
  return newHome(dataDir, account, places);
}

async function newHome(dataDir: string, account: Account, places: readonly string[]): Promise<string> {
  const place = await reachablePlace(account, places);
  const prefix = createHash("sha256").update(dataDir).digest("hex").slice(0, 8);
  const home = await mkdtemp(join(place, `${prefix}-`));
  await chmod(home, 0o711);
  await writeFile(join(home, "data-dir"), `${dataDir}\n`, { mode: 0o600 }); // for people who wonder whose it is
  await replaceFile(join(dataDir, POINTER), JSON.stringify({ home }), 0o600);
  return home;
}
