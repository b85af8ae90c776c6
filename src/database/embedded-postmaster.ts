import { execFile } from "node:child_process";
import { readFile, readlink, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { isAlive } from "./data-dir-lock.ts";
import { discardSocketFolder } from "./embedded-socket.ts";

const PID_FILE = "postmaster.pid";
const POLL_MS = 20;

/** What a running server's postmaster.pid says. */
export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
  /** It takes connections (it may still be starting, recovering or stopping otherwise). */
  readonly ready: boolean;
}

/** Reads postmaster.pid, which may belong to a server long dead: see {@link isPostmasterOf}. */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(cluster, PID_FILE), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  return { pid, socketFolder: lines[4] ?? "", ready: lines[7]?.trim() === "ready" };
}

/** Whether the process is a live server of this cluster, and not another program that has its pid by now. A server's working folder is its cluster. */
export async function isPostmasterOf(pid: number, cluster: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  try {
    if (process.platform !== "linux") {
      const { stdout } = await promisify(execFile)("ps", ["-p", String(pid), "-o", "command="]);
      return stdout.includes("postgres") && stdout.includes(cluster);
    }
    const [folder, program] = await Promise.all([readlink(`/proc/${pid}/cwd`), readlink(`/proc/${pid}/exe`)]);
    return folder === cluster && basename(program).split(" ")[0] === "postgres";
  } catch {
    return false; // gone in between, a zombie, or somebody else's process
  }
}

/**
 * Stops the server that a killed Rekey left behind, and clears its traces. Not adopted: it may be of an older version with older
 * settings, and hold the dead process's sessions and locks; a stop takes a fraction of a second.
 * @returns the pid of the orphan, if there was one
 */
export async function stopOrphan(cluster: string): Promise<number | undefined> {
  const found = await readPostmaster(cluster);
  if (!found) return undefined;
  const orphan = await isPostmasterOf(found.pid, cluster);
  if (orphan) await stopPostmaster(found.pid, () => isPostmasterOf(found.pid, cluster));
  // PostgreSQL itself takes a lock whose pid another program now has (usual in a restarted container) for a live server.
  if (isAlive(found.pid)) await rm(join(cluster, PID_FILE), { force: true });
  await discardSocketFolder(found.socketFolder);
  return orphan ? found.pid : undefined;
}

/** Fast shutdown first: sessions are cut, everything is written. The harder ways lose nothing committed either, but need recovery at the next start. */
const WAYS_TO_STOP = [
  ["SIGINT", 5_000],
  ["SIGQUIT", 6_000],
  ["SIGKILL", 2_000],
] as const;

/**
 * Stops a server and waits until it is gone, with all its processes (the postmaster goes last).
 * @param runs whether it is still there
 */
export async function stopPostmaster(pid: number, runs: () => boolean | Promise<boolean>): Promise<void> {
  for (const [signal, patience] of WAYS_TO_STOP) {
    if (!(await runs())) return;
    sendSignal(pid, signal);
    for (let waited = 0; waited < patience; waited += POLL_MS) {
      if (!(await runs())) return;
      await pause(POLL_MS);
    }
  }
  if (await runs()) throw new Error(`The embedded PostgreSQL (pid ${pid}) does not stop.`);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // gone in between
  }
}

/** Waits until the server takes connections, or has ended. Crash recovery may take its time, so the bound is generous. */
export async function becomesReady(pid: number, cluster: string, runs: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < 120_000 && runs(); waited += POLL_MS) {
    const found = await readPostmaster(cluster);
    if (found?.pid === pid && found.ready) return true;
    await pause(POLL_MS);
  }
  return false;
}
