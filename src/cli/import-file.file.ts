import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { Refused, reasonOf, WrongUsage } from "./failure.ts";
import { printable } from "./printable.ts";

/** What is to be imported, as a stream. */
export interface Source {
  /** For people: the file's name. */
  readonly name: string;
  /** In bytes; null for a stream. */
  readonly size: number | null;
  readonly contentType: string;
  chunks(): AsyncIterable<Uint8Array>;
}

export const FORMATS = ["csv", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

const CONTENT_TYPES: Readonly<Record<Format, string>> = { csv: "text/csv", ndjson: "application/x-ndjson" };
const EXTENSIONS: Readonly<Record<string, Format>> = { csv: "csv", ndjson: "ndjson", jsonl: "ndjson" };
const CHUNK = 64 * 1024;

/** @param path `-` is standard input @throws WrongUsage when it cannot be opened, or nobody can tell what it is */
export async function openSource(path: string, format: Format | undefined): Promise<Source> {
  const contentType = CONTENT_TYPES[format ?? formatOf(path)];
  if (path === "-") return { name: "standard input", size: null, contentType, chunks: () => process.stdin };
  const file = await open(path, constants.O_RDONLY).catch((error: unknown) => {
    throw new WrongUsage(`${path} cannot be read: ${reasonOf(error)}.`);
  });
  const found = await file.stat();
  if (found.isDirectory()) {
    await file.close();
    throw new WrongUsage(`${path} is a folder.`);
  }
  return {
    name: printable(basename(path)),
    // A named pipe has no size.
    size: found.isFile() ? found.size : null,
    contentType,
    async *chunks() {
      try {
        yield* file.createReadStream({ highWaterMark: CHUNK });
      } catch (error) {
        throw new Refused(`${path} could not be read to its end: ${reasonOf(error)}.`, { cause: error });
      }
    },
  };
}

function formatOf(path: string): Format {
  const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  const format = EXTENSIONS[extension];
  if (format !== undefined) return format;
  const what = path === "-" ? "Standard input has no extension" : `${path} ends neither in .csv nor in .ndjson`;
  throw new WrongUsage(`${what}: add --format csv or --format ndjson.`);
}
