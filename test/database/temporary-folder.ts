import { chmod, mkdtemp, readdir, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";

export const asRoot = process.geteuid?.() === 0;
export const silent = { info: (): void => undefined, warn: (): void => undefined };

/** A folder that is gone after the test. 0711, so that the account of PostgreSQL passes through when root runs the tests. */
export async function temporaryFolder(t: Test, mode = 0o711): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rekey-test-"));
  await chmod(folder, mode);
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The processes that work in the folder: a server's and its children's working folder is the cluster. */
export async function processesIn(folder: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => "")));
  return pids.filter((_, index) => folders[index] === folder).map(Number);
}
