import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { SecretFile } from "../kit/environment-reader.ts";

const MOST_BYTES = 64 * 1024;

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist",
  EACCES: "this account may not read",
  EPERM: "this account may not read",
  EISDIR: "is a folder",
};

/**
 * Reads a secret from the file that the platform put it in (Docker and Kubernetes secrets, an agent of a vault): one line of text, its
 * line break left out. Whatever else lies there is a mistake: a value cut off or glued together would fail later, and elsewhere.
 */
export function readSecretFile(path: string): SecretFile {
  try {
    return read(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    return { mistake: WORDS[code] ?? `cannot be read (${code})` };
  }
}

function read(path: string): SecretFile {
  // Not to wait: on a pipe that nobody writes into, the start would hang without a word.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (status.isDirectory()) return { mistake: "is a folder" };
    if (!status.isFile()) return { mistake: "is not a file" };
    const bytes = contentOf(file);
    return bytes === null ? { mistake: "is larger than 64 KiB, so it is no secret" } : lineOf(bytes);
  } finally {
    closeSync(file);
  }
}

/** By reading, not by the size that is told: a file of a virtual file system tells none. */
function contentOf(file: number): Buffer | null {
  const bytes = Buffer.alloc(MOST_BYTES + 1);
  let length = 0;
  for (;;) {
    const more = readSync(file, bytes, length, bytes.length - length, null);
    length += more;
    if (length > MOST_BYTES) return null;
    if (more === 0) return bytes.subarray(0, length);
  }
}

function lineOf(bytes: Buffer): SecretFile {
  let text: string;
  try {
    // Leaves out the mark with which some editors begin a file.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch {
    return { mistake: "is not text in UTF-8" };
  }
  if (text.trim() === "") return { mistake: "is empty" };
  // URLs are read with line breaks left out, so two lines would become one value.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) return { mistake: "holds more than one line, or control characters" };
  return { text: text.trim() };
}
