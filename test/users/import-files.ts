import { createReadStream } from "node:fs";
import { type ImportLine, readImport } from "../../src/users/import-file.ts";

/** A file from `files/`, read as an upload is. */
export function sample(name: string): AsyncIterable<Uint8Array> {
  return createReadStream(new URL(`files/${name}`, import.meta.url));
}

/** Bytes in pieces of a length, as a network delivers them. */
export async function* pieces(content: string | Buffer, length = 65_536): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content as Buffer);
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

/** `Array.fromAsync`, which the language level that we compile for does not have. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function linesOf(...file: Parameters<typeof readImport>): Promise<ImportLine[]> {
  return collect(readImport(...file));
}

/** `[line, "name"]` for a user, `[line, "field code", …]` for a row that was refused. */
export function outcomes(lines: readonly ImportLine[]): (string | number)[][] {
  return lines.map((row) =>
    "user" in row ? [row.line, row.user.userPrincipalName] : [row.line, ...row.problems.map(({ field, code }) => `${field} ${code}`)],
  );
}
