import { isAscii, isUtf8 } from "node:buffer";
import { ImportFileRefused } from "./import-refused.ts";

const UTF16LE_MARK = [0xff, 0xfe];
const UTF16BE_MARK = [0xfe, 0xff];
const ZIP_MARK = [0x50, 0x4b, 0x03, 0x04];
const LONGEST_MARK = 4;

/**
 * Passes bytes on, and turns UTF-16 with a byte order mark (Excel's "Unicode text") into UTF-8 on the way. A file that starts as a
 * ZIP archive does is a workbook, which people upload in place of its CSV.
 */
export async function* utf8Bytes(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let start = Buffer.alloc(0);
  let utf16: TextDecoder | null | undefined;
  for await (const piece of stream) {
    let bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (utf16 === undefined) {
      start = bytes = Buffer.concat([start, bytes]);
      if (start.length < LONGEST_MARK) continue;
      utf16 = decoderFor(start);
    }
    yield utf16 === null ? bytes : Buffer.from(utf16.decode(bytes, { stream: true }));
  }
  // The last bytes: of a file shorter than a mark all of them, and half a character where the file was cut off.
  if (utf16 !== undefined) yield Buffer.from(utf16?.decode() ?? "");
  else yield Buffer.from(decoderFor(start)?.decode(start) ?? start);
}

function decoderFor(start: Buffer): TextDecoder | null {
  const has = (mark: number[]) => mark.every((byte, index) => start[index] === byte);
  if (has(ZIP_MARK))
    throw new ImportFileRefused("not-a-text-file", "This is an Excel workbook or another archive. Save it as CSV UTF-8 and send that.");
  if (has(UTF16LE_MARK)) return new TextDecoder("utf-16le");
  return has(UTF16BE_MARK) ? new TextDecoder("utf-16be") : null;
}

/**
 * Decodes a file line by line, so that memory stays flat. The rule: the first line with bytes beyond ASCII decides for the file. Is it
 * valid UTF-8 (a byte order mark is), the file is UTF-8, and a later line that is not is a damaged row, not a reason to misread
 * the rest. Is it not, the file is Windows-1252, of which Latin-1 is a part: text in that encoding is next to never valid UTF-8.
 */
export class LineDecoder {
  #encoding: "unknown" | "utf-8" | "windows-1252";
  readonly #windows1252 = new TextDecoder("windows-1252");

  /** @param known JSON is UTF-8 by its standard (RFC 8259 §8.1): nothing to find out. */
  constructor(known?: "utf-8") {
    this.#encoding = known ?? "unknown";
  }

  /** The text of one line; `null` when a UTF-8 file has bytes that are not. */
  decode(line: Buffer): string | null {
    if (isAscii(line)) return line.toString("latin1");
    if (this.#encoding === "unknown") this.#encoding = isUtf8(line) ? "utf-8" : "windows-1252";
    if (this.#encoding === "windows-1252") return this.#windows1252.decode(line);
    return isUtf8(line) ? line.toString("utf8") : null;
  }
}
