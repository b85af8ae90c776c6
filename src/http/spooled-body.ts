import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Problem } from "../kit/problem.ts";
import type { Random } from "../kit/random.ts";

/** A body that was received whole, with its digest, before anything was done with it. */
export interface SpooledBody {
  /** SHA-256 of what was sent, hexadecimal. */
  readonly digest: string;
  /** From the start, once or again. */
  read(): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

const CIPHER = "aes-256-ctr";

/**
 * Puts a body aside in a temporary file. The file has no name from the moment it is there, so nothing is left of it after a crash, and
 * it is enciphered under a key that this process alone holds: uploads have people's numbers in them, and passwords.
 * @throws {Problem} `unavailable` when the folder for temporary files takes nothing: read-only, full, not ours; and whatever `bytes` throws
 */
export async function spoolBody(bytes: AsyncIterable<Uint8Array>, random: Random): Promise<SpooledBody> {
  const [key, nonce] = [random(32), random(16)];
  const file = await stored(namelessFile());
  try {
    const cipher = createCipheriv(CIPHER, key, nonce);
    const hash = createHash("sha256");
    for await (const chunk of bytes) {
      hash.update(chunk);
      // Not write(), which may take a part: a file system that is nearly full, a limit on the size of files.
      await stored(file.appendFile(cipher.update(chunk)));
    }
    return {
      digest: hash.digest("hex"),
      async *read() {
        const decipher = createDecipheriv(CIPHER, key, nonce);
        for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) yield decipher.update(chunk);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function namelessFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), "rekey-upload-"));
  try {
    return await open(join(folder, "body"), "wx+", 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const LATER_SECONDS = 60;

async function stored<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw new Problem("unavailable", { retryAfter: LATER_SECONDS, cause });
  });
}
