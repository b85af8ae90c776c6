import { chmod, chown, lstat, mkdir, mkdtemp, rm, rmdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Account, canEnter } from "./embedded-account.ts";

/** Part of the socket's name, and of nothing else: the server listens on no TCP port. */
export const PORT = 5432;

const SOCKET = `.s.PGSQL.${PORT}`;
const TEMPORARY = "rekey-run-";
/** `sun_path` holds 107 bytes and the end on Linux, 103 on macOS. */
const LONGEST = 103;

/**
 * The private folder (0700, of the account) of the server's socket. A Unix socket rather than 127.0.0.1: no free port to guess and lose
 * to another program before the server binds it, no stranger on the machine who can connect at all, use up connections, or pose
 * as our server on the port of a dead one; and the kernel tells who the peer is. It lies beside the cluster, where no cleaner of temporary files and no
 * service with a /tmp of its own misses it; when that path is too long for a socket, in a new folder of the temporary place.
 * What a dead server left there is removed, because PostgreSQL takes a lock whose pid another program now has for a live one.
 */
export async function socketFolder(home: string, account: Account | undefined): Promise<string> {
  const near = join(home, "run");
  const fits = Buffer.byteLength(join(near, SOCKET)) <= LONGEST;
  const folder = fits ? near : await temporaryFolder(account);
  if (fits) await mkdir(near, { mode: 0o700 }).catch(ignore("EEXIST"));
  if (!(await lstat(folder)).isDirectory()) throw new Error(`${folder} is not a folder.`);
  await removeSocket(folder);
  await chmod(folder, 0o700);
  if (account) await chown(folder, account.uid, account.gid);
  return folder;
}

async function temporaryFolder(account: Account | undefined): Promise<string> {
  for (const place of [tmpdir(), "/tmp", "/var/tmp"]) {
    const tooLong = Buffer.byteLength(join(place, `${TEMPORARY}XXXXXX`, SOCKET)) > LONGEST;
    if (!tooLong && (await isSafe(place)) && (await canEnter(account, place))) return mkdtemp(join(place, TEMPORARY));
  }
  throw new Error(
    "The path of DATA_DIR is too long for a Unix socket, and no temporary folder will do instead: choose a shorter DATA_DIR.",
  );
}

/** Where others may write, only the sticky bit keeps them from putting a folder of their own in place of ours. */
async function isSafe(place: string): Promise<boolean> {
  const found = await stat(place).catch(() => undefined);
  if (!found?.isDirectory() || ![0, process.geteuid?.()].includes(found.uid)) return false;
  return (found.mode & 0o022) === 0 || (found.mode & 0o1000) !== 0;
}

/** Removes a temporary socket folder that a server has left; the one beside the cluster stays. */
export async function discardSocketFolder(folder: string): Promise<void> {
  if (!basename(folder).startsWith(TEMPORARY)) return;
  await removeSocket(folder);
  await rmdir(folder).catch(() => undefined);
}

async function removeSocket(folder: string): Promise<void> {
  await rm(join(folder, SOCKET), { force: true });
  await rm(join(folder, `${SOCKET}.lock`), { force: true });
}

/** The URL for `pg` and libpq. No password (the peer is known); `sslmode` because PGSSLMODE in the environment would ask a socket for TLS. */
export function socketUrl(folder: string, role: string, database: string): string {
  return `postgres://${role}@localhost:${PORT}/${database}?host=${encodeURIComponent(folder)}&sslmode=disable`;
}

/** The server's setting: a list of folders, so the path is quoted. */
export function socketSetting(folder: string): string {
  return `unix_socket_directories="${folder.replaceAll('"', '""')}"`;
}

function ignore(code: string): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code !== code) throw error;
  };
}
