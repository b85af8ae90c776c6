import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import { callersFolder } from "../config.ts";
import { Refused, reasonOf, WrongUsage } from "./failure.ts";

/** A file for what is shown once. It is made before anything is asked for, so that a path that cannot be written costs nothing. */
export interface ResultFile {
  readonly path: string;
  /** Writes all of it, onto the disk: what is forgotten elsewhere afterwards is safe here. @throws Refused */
  fill(chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** Nothing came of it: an empty file is not left behind. */
  discard(): Promise<void>;
}

/** For its owner's eyes, and never over a file that is there. @throws WrongUsage */
export async function makeResultFile(option: string, written: string): Promise<ResultFile> {
  const path = resolve(callersFolder(), written);
  const file = await open(path, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new WrongUsage(
      error.code === "EEXIST" ? `${option} ${written} is there already: name a new file.` : `${option} ${written}: ${reasonOf(error)}.`,
    );
  });
  return { path, fill: (chunks) => fill(file, written, chunks), discard: () => discard(file, path) };
}

async function fill(file: FileHandle, name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of chunks) await file.appendFile(chunk);
    await file.sync();
  } catch (error) {
    throw new Refused(`${name} could not be written to its end: ${reasonOf(error)}.`, { cause: error });
  } finally {
    await file.close();
  }
}

async function discard(file: FileHandle, path: string): Promise<void> {
  await file.close().catch(() => undefined);
  const { unlink } = await import("node:fs/promises");
  await unlink(path).catch(() => undefined);
}
