import { link, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../database/replace-file.ts";
import type { Random } from "../kit/random.ts";
import { Secret } from "../kit/secret.ts";

/**
 * The master key of a desk: made once and kept in DATA_DIR, 0600. Production brings its own by MASTER_KEY, and never comes here.
 * Any number of starts may come at once, as with one external database and one folder: the first key that is in place is everybody's.
 */
export async function masterKeyIn(dataDir: string, random: Random): Promise<Secret<Buffer>> {
  const folder = join(dataDir, "keys");
  const file = join(folder, "master.key");
  const kept = await keptIn(file);
  if (kept !== null) return kept;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const candidate = join(folder, `master.key.${random(9).toString("base64url")}`);
  await replaceFile(candidate, `${random(32).toString("base64")}\n`, 0o600);
  try {
    // Fails where a key is, unlike a rename: what may wrap a keyring already is never replaced.
    await link(candidate, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(candidate, { force: true });
  }
  const made = await keptIn(file);
  if (made === null) throw new Error(`${file} was taken away while it was made`);
  return made;
}

async function keptIn(file: string): Promise<Secret<Buffer> | null> {
  const kept = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (kept === null) return null;
  const bytes = Buffer.from(kept.trim(), "base64");
  if (bytes.length !== 32)
    throw new Error(`${file} does not hold 32 bytes in base64; restore it from a backup, for it opens what the database holds`);
  return new Secret(bytes);
}
