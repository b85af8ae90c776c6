import { writeFileSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { replaceFile } from "./replace-file.ts";

const LOCK_FILE = "rekey.lock";
const PID_FILE = "rekey.pid";
const SQLITE_BUSY = 5;

/** Another live process works on the folder. `pid` is absent when the holder has not written it down yet. */
export class DataDirInUse extends Error {
  readonly folder: string;
  readonly pid: number | undefined;

  constructor(folder: string, pid?: number) {
    super(
      `${folder} is in use by another Rekey process${pid === undefined ? "" : ` (pid ${pid})`}: stop that one first, or set another DATA_DIR.`,
    );
    this.name = "DataDirInUse";
    this.folder = folder;
    this.pid = pid;
  }
}

/**
 * Makes DATA_DIR one process's own until `release()` or the end of the process, however it ends.
 * Creates the folder where it is missing (mode 0711: another account may pass through to the cluster, nobody else may list it).
 * @throws DataDirInUse when another live process holds it
 */
export async function lockDataDir(dataDir: string): Promise<{ release(): Promise<void> }> {
  const folder = await openDataDir(dataDir);
  const letGo = holdLockFile(join(folder, LOCK_FILE));
  if (!letGo) throw new DataDirInUse(folder, await holderOf(folder));
  const pidFile = join(folder, PID_FILE);
  await replaceFile(pidFile, `${process.pid}\n`, 0o600);
  let released: Promise<void> | undefined;
  const release = (): Promise<void> => {
    released ??= rm(pidFile, { force: true }).finally(letGo);
    return released;
  };
  return { release };
}

/**
 * Takes a lock that the kernel drops when the process dies: SQLite's RESERVED lock is a POSIX record lock on the file. So there
 * is nothing stale to judge: no dead pid, no pid reused by another program or seen from another container, and no race between
 * two who clear a leftover away; of two at the same instant `fcntl` lets one through. Child processes do not inherit such a lock,
 * so an orphan PostgreSQL does not keep it either. Node has no `flock` of its own.
 * The journal stays in memory, else a leftover journal would be rolled back under an exclusive lock, and two who start after a
 * crash could turn each other away.
 * Never open and close a held file by other means: POSIX drops all of a process's locks on a file when any descriptor of it closes.
 * @returns how to let go, or `undefined` when another holds it
 */
export function holdLockFile(path: string): (() => void) | undefined {
  let lock: DatabaseSync | undefined;
  try {
    createPrivately(path);
    lock = new DatabaseSync(path);
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE");
  } catch (error) {
    if (lock?.isOpen) lock.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw new Error(`${path} cannot be locked by this account: ${(error as Error).message}.`, { cause: error });
  }
  const held = lock;
  return () => {
    if (held.isOpen) held.close();
  };
}

/** 0600, so that a stranger cannot hold a read lock on it. Synchronous and only when missing, for the reason given above. */
function createPrivately(path: string): void {
  try {
    writeFileSync(path, "", { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Creates DATA_DIR, or checks an existing one, and answers its real path. */
export async function openDataDir(dataDir: string): Promise<string> {
  try {
    const made = await mkdir(dataDir, { recursive: true, mode: 0o755 });
    if (made !== undefined || (await looksLikeOurs(dataDir))) await chmod(dataDir, 0o711);
    return await realpath(dataDir);
  } catch (error) {
    throw new Error(`DATA_DIR ${dataDir} cannot be used: ${(error as Error).message}.`, { cause: error });
  }
}

/** The mode of a folder that holds something else (`DATA_DIR=/tmp` by mistake) is left alone. */
async function looksLikeOurs(dataDir: string): Promise<boolean> {
  if ((await stat(dataDir)).uid !== process.geteuid?.()) return false;
  const names = await readdir(dataDir);
  return names.length === 0 || names.includes(LOCK_FILE);
}

/** The holder writes its pid just after it has won, so a reader waits a moment for one that lives. Only for the error's words. */
async function holderOf(folder: string): Promise<number | undefined> {
  for (let tries = 0; tries < 20; tries++) {
    const pid = Number(await readFile(join(folder, PID_FILE), "utf8").catch(() => ""));
    if (pid > 0 && isAlive(pid)) return pid;
    await pause(50);
  }
  return undefined;
}

/** Whether a process with this id exists, of whatever program. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
