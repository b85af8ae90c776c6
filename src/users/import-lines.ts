import { LineDecoder, utf8Bytes } from "./import-encoding.ts";

/** One physical line without its end, or why it has no text. `number` counts from 1. */
export type TextLine =
  | { readonly number: number; readonly text: string; readonly fault?: never }
  | { readonly number: number; readonly text?: never; readonly fault: "line-too-long" | "invalid-encoding" };

/** In bytes. A person with a thousand groups fits; a cell of a megabyte does not. */
const LONGEST_LINE = 256 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts a stream into lines, with memory for one line only. CSV lines end with LF, CR LF or CR alone (old Excel for Mac); NDJSON lines
 * with LF.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>, kind: "csv" | "ndjson"): AsyncGenerator<TextLine> {
  const decoder = new LineDecoder(kind === "ndjson" ? "utf-8" : undefined);
  const line = new OpenLine();
  let number = 0;
  let afterCarriageReturn = false;
  const finish = (): TextLine => {
    number += 1;
    const bytes = line.take();
    const text = bytes === null ? null : decoder.decode(bytes);
    if (text === null) return { number, fault: bytes === null ? "line-too-long" : "invalid-encoding" };
    return { number, text: number === 1 ? text.replace(/^\ufeff/, "") : text };
  };

  for await (const chunk of utf8Bytes(stream)) {
    let start = 0;
    for (const end of lineEnds(chunk, kind === "csv")) {
      // The LF of a CR LF ends nothing: its CR did, perhaps in the chunk before.
      const secondHalf = chunk[end] === LF && (end === 0 ? afterCarriageReturn : kind === "csv" && chunk[end - 1] === CR);
      if (!secondHalf) {
        line.add(chunk.subarray(start, end));
        yield finish();
      }
      start = end + 1;
    }
    line.add(chunk.subarray(start));
    if (chunk.length > 0) afterCarriageReturn = kind === "csv" && chunk.at(-1) === CR;
  }
  if (!line.isEmpty) yield finish();
}

/** Where LF, and for CSV also CR, stand in a chunk. Searching with `indexOf` is many times faster than looking at each byte. */
function* lineEnds(chunk: Buffer, carriageReturns: boolean): Generator<number> {
  let lf = chunk.indexOf(LF);
  let cr = carriageReturns ? chunk.indexOf(CR) : -1;
  while (lf >= 0 || cr >= 0) {
    if (cr < 0 || (lf >= 0 && lf < cr)) {
      yield lf;
      lf = chunk.indexOf(LF, lf + 1);
    } else {
      yield cr;
      cr = chunk.indexOf(CR, cr + 1);
    }
  }
}

/** The bytes of the line that is being read. Of one that is too long it keeps only that it is. */
class OpenLine {
  #parts: Buffer[] = [];
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length > LONGEST_LINE) this.#parts = [];
    else if (bytes.length > 0) this.#parts.push(bytes);
  }

  /** The line, and room for the next. `null`: it was too long. */
  take(): Buffer | null {
    const [only, ...more] = this.#parts;
    const bytes = more.length > 0 || only === undefined ? Buffer.concat(this.#parts) : only;
    const tooLong = this.#length > LONGEST_LINE;
    this.#parts = [];
    this.#length = 0;
    return tooLong ? null : bytes;
  }
}
