import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../database/replace-file.ts";
import type { Random } from "../kit/random.ts";
import { Secret } from "../kit/secret.ts";

/**
 * The master key of a desk: made once and kept in DATA_DIR, 0600. Production brings its own by MASTER_KEY, and never comes here.
 * To be called under the lock on DATA_DIR, or two starts would make two keys.
 */
export async function masterKeyIn(dataDir: string, random: Random): Promise<Secret<Buffer>> {
  const folder = join(dataDir, "keys");
  const file = join(folder, "master.key");
  const kept = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (kept !== null) {
    const bytes = Buffer.from(kept.trim(), "base64");
    if (bytes.length !== 32)
      throw new Error(`${file} does not hold 32 bytes in base64; restore it from a backup, for it opens what the database holds`);
    return new Secret(bytes);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const bytes = random(32);
  await replaceFile(file, `${bytes.toString("base64")}\n`, 0o600);
  return new Secret(bytes);
}
