import { chown, lstat, mkdtemp, open, readdir, readFile, rename, rmdir } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { type Account, runAs } from "./embedded-account.ts";
import { type Binaries, programIn } from "./embedded-binaries.ts";
import { clusterIn, clusterOwner } from "./embedded-home.ts";
import { replaceFile } from "./replace-file.ts";

const UNFINISHED = "postgres.new-";

/** The role and the database of the application, and the superuser that is used for nothing but creating them. */
export const APP_ROLE = "rekey";
export const SUPERUSER = "postgres";

/**
 * Initialises the cluster where there is none. It is made under another name and renamed when it is whole and on disk, so a start
 * that is killed half-way leaves nothing that looks like a cluster; what it left is cleared away by the next one. Each attempt has
 * a name of its own, since the `initdb` of a killed start may still be running.
 * @returns whether it made one
 * @throws when initdb fails, or the data are of another major version
 */
export async function ensureCluster(home: string, binaries: Binaries, account: Account | undefined): Promise<boolean> {
  await clearUnfinished(home);
  if (await clusterOwner(home)) {
    await checkVersion(home, binaries);
    return false;
  }
  const unfinished = await mkdtemp(join(home, UNFINISHED)); // mode 0700
  if (account) await chown(unfinished, account.uid, account.gid);
  const { ok, output } = await runAs(account, programIn(binaries, "initdb"), ["-D", unfinished, ...INITDB_OPTIONS]);
  if (!ok) throw new Error(`The embedded database could not be created in ${home}: ${output.split("\n").slice(-5).join(" ")}`);
  await rename(unfinished, clusterIn(home));
  await syncFolder(home);
  return true;
}

/**
 * The built-in provider sorts and folds the same on every machine, whatever locales it has. initdb syncs what it wrote, and
 * checksums are its default. The rules of access that it writes are never used (see {@link writeAccessRules}): nobody, to be sure.
 */
const INITDB_OPTIONS = [
  `--username=${SUPERUSER}`,
  "--encoding=UTF8",
  "--locale=C",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
  "--auth-local=reject",
  "--auth-host=reject",
];

/**
 * Who may connect: the operating system account of this process, and root, as `rekey` or as the superuser. The kernel vouches for
 * the peer of a Unix socket, so there is no password to store, to leak or to lose. Not even the account that runs PostgreSQL for
 * root may connect (it may be `nobody`, and shared). Written before each start, outside the folder which that account owns.
 * @returns the server's settings that name the files
 */
export async function writeAccessRules(home: string): Promise<string[]> {
  const rules = join(home, "postgres-hba.conf");
  const names = join(home, "postgres-ident.conf");
  const people = [...new Set([ownName(), "root"])];
  await replaceFile(rules, "local all all peer map=rekey\n", 0o644);
  await replaceFile(
    names,
    people.flatMap((person) => [APP_ROLE, SUPERUSER].map((role) => `rekey ${quote(person)} ${role}\n`)).join(""),
    0o644,
  );
  return [`hba_file=${rules}`, `ident_file=${names}`];
}

function ownName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    throw new Error(
      `PostgreSQL needs an account with a name, and uid ${process.geteuid?.()} has none: set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    );
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function checkVersion(home: string, binaries: Binaries): Promise<void> {
  const written = (await readFile(join(clusterIn(home), "PG_VERSION"), "utf8")).trim();
  const ours = binaries.version.split(".")[0];
  if (written !== ours)
    throw new Error(
      `The data in ${clusterIn(home)} were written by PostgreSQL ${written}, and this Rekey brings ${ours}: dump them with the Rekey that wrote them.`,
    );
}

/** Emptied as its owner, because root must not walk through a tree in which another account may swap folders for links. */
async function clearUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const folder = join(home, name);
    const { uid, gid } = await lstat(folder);
    const owner = uid === process.geteuid?.() ? undefined : { name: `uid ${uid}`, uid, gid };
    await runAs(owner, "/bin/rm", ["-rf", "--", folder]);
    await rmdir(folder).catch(() => undefined); // the owner may empty it, but not remove it from our folder
  }
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder);
  await handle.sync();
}
