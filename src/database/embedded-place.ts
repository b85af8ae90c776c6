import { chmod, lstat, mkdir } from "node:fs/promises";
import { type Account, canEnter } from "./embedded-account.ts";

/** Where root keeps what the account must reach when DATA_DIR or the clone lies under a closed folder. Both outlive a restart of the machine. */
export const REACHABLE_PLACES: readonly string[] = ["/var/lib/rekey", "/var/tmp/rekey"];

/**
 * The first place that is ours alone to write in and that the account can enter. A folder that somebody else made beforehand
 * (anyone can, in /var/tmp) is passed over, since what lies in it is run and trusted.
 * @throws one sentence when none will do
 */
export async function reachablePlace(account: Account, places: readonly string[]): Promise<string> {
  for (const place of places) {
    if ((await ownFolder(place)) && (await canEnter(account, place))) return place;
  }
  throw new Error(
    `The account ${account.name} reaches neither this folder nor ${places.join(" nor ")}: move Rekey and DATA_DIR to where it can, or set DATABASE_URL.`,
  );
}

/** Whether the folder is there, or could be made, and nobody but this process's account can write in it or replace it. */
export async function ownFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o711 });
    await chmod(folder, 0o711); // whatever the umask
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") return false;
  }
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0;
}
