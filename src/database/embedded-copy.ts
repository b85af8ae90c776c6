import { chmod, copyFile, lstat, mkdir, mkdtemp, readdir, readlink, rename, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { Account } from "./embedded-account.ts";
import type { Binaries } from "./embedded-binaries.ts";
import { reachablePlace } from "./embedded-place.ts";

/** Needed to build against PostgreSQL, not to run it. */
const NOT_COPIED = /\.a$|^pkgconfig$|^pg-symlinks\.json$/;

/**
 * Copies the binaries once per version to a place that the account reaches, owned by us and writable by nobody else.
 * @param works whether a copy runs; an existing one that does not (a disk that filled up, a power cut) is made again
 * @returns `undefined` when not even the copy runs
 */
export async function copyBinaries(
  binaries: Binaries,
  account: Account,
  places: readonly string[],
  works: (candidate: Binaries) => Promise<boolean>,
): Promise<Binaries | undefined> {
  const place = await reachablePlace(account, places);
  const copy = { folder: join(place, `postgresql-${binaries.version}`), version: binaries.version };
  const existed = await lstat(copy.folder).then(Boolean, () => false);
  if (await works(copy)) return copy;
  // Only what was there before it was tried: what came since is another start's fresh copy.
  if (existed) await rm(copy.folder, { recursive: true, force: true });
  const unfinished = await mkdtemp(join(place, "unfinished-"));
  await copyTree(binaries.folder, unfinished);
  try {
    await rename(unfinished, copy.folder);
  } catch {
    await rm(unfinished, { recursive: true, force: true }); // another start was quicker, and its copy is as good
  }
  return (await works(copy)) ? copy : undefined;
}

/** Modes are set, not kept: under a strict umask npm unpacks everything closed to others. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (NOT_COPIED.test(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else {
      await copyFile(source, target);
      await chmod(target, (await stat(source)).mode & 0o100 ? 0o755 : 0o644);
    }
  }
  await chmod(to, 0o755);
}
