import fc from "fast-check";
import t from "tap";
import { readLines, type TextLine } from "../../src/users/import-lines.ts";
import { collect, pieces } from "./import-files.ts";

async function read(content: string | Buffer, kind: "csv" | "ndjson" = "csv", length?: number): Promise<TextLine[]> {
  return collect(readLines(pieces(content, length), kind));
}

async function texts(content: string | Buffer, kind: "csv" | "ndjson" = "csv", length?: number): Promise<(string | undefined)[]> {
  return (await read(content, kind, length)).map((line) => line.text ?? line.fault);
}

t.test("lines end with LF, CR LF or CR, and the last one needs no end", async (t) => {
  t.strictSame(await texts("a\r\nb\nc\rd\r\n\r\ne"), ["a", "b", "c", "d", "", "e"]);
  t.strictSame(await texts("a\rb\n", "ndjson"), ["a\rb"], "JSON lines end with LF alone");
  t.strictSame(await texts(""), []);
  t.strictSame(await read("x\n\ny"), [
    { number: 1, text: "x" },
    { number: 2, text: "" },
    { number: 3, text: "y" },
  ]);
});

t.test("where a network cuts the stream makes no difference", async (t) => {
  const content = fc.string({ unit: fc.constantFrom("a", "å", "日", "😀", "\r", "\n", "\r\n", '"', "\ufeff"), maxLength: 60 });
  const encoded = fc.tuple(content, fc.constantFrom("utf8", "latin1", "utf16le")).map(([text, encoding]) => {
    return Buffer.from(encoding === "utf16le" ? `\ufeff${text}` : text, encoding as BufferEncoding);
  });
  await t.resolves(async () =>
    fc.assert(
      fc.asyncProperty(encoded, fc.integer({ min: 1, max: 9 }), fc.constantFrom("csv", "ndjson"), async (bytes, length, kind) => {
        const whole = await texts(bytes, kind);
        const cut = await texts(bytes, kind, length);
        return JSON.stringify(whole) === JSON.stringify(cut);
      }),
      { numRuns: 1000 },
    ),
  );
});

t.test("the first line beyond ASCII decides on the encoding of the file", async (t) => {
  t.strictSame(await texts(Buffer.from("a\nÅsa\nÖ–€\n")), ["a", "Åsa", "Ö–€"]);
  t.strictSame(await texts(Buffer.from("\ufeffÅsa\n")), ["Åsa"], "a byte order mark is not text");
  t.strictSame(await texts(Buffer.from("a\nÅsa\nÖberg\n", "latin1")), ["a", "Åsa", "Öberg"]);
  t.strictSame(await texts(Buffer.from([0x80, 0x0a, 0x93, 0x94])), ["€", "“”"], "Windows-1252, not ISO 8859-1");
  t.strictSame(await texts(Buffer.from("Å\nÃ¥\n", "latin1")), ["Å", "Ã¥"], "once Windows-1252, a line that could be UTF-8 is not");
  const damaged = Buffer.concat([Buffer.from("Åsa\n"), Buffer.from("Öberg\n", "latin1"), Buffer.from("Östen\n")]);
  t.strictSame(await texts(damaged), ["Åsa", "invalid-encoding", "Östen"], "once UTF-8, a line that is not is damaged");
  t.strictSame(await texts(Buffer.from("\ufeffÅsa\r\n日本", "utf16le")), ["Åsa", "日本"]);
  t.strictSame(await texts(Buffer.from("\ufeffÅsa\r\n日本", "utf16le").swap16()), ["Åsa", "日本"], "UTF-16, big end first");
  t.strictSame(await texts(Buffer.from("Å\n", "latin1"), "ndjson"), ["invalid-encoding"], "JSON is UTF-8");
});

t.test("a line that is too long is one fault, and the next is read", async (t) => {
  t.strictSame(await texts(`a\n${"x".repeat(1_000_000)}\nb`), ["a", "line-too-long", "b"]);
  t.strictSame(await texts("x".repeat(1_000_000)), ["line-too-long"]);
  t.strictSame(
    (await texts("x".repeat(256 * 1024))).map((text) => text?.length),
    [256 * 1024],
  );
});
