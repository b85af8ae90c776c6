import fc from "fast-check";
import t from "tap";
import { type CsvRecord, LineQueue, readRecords } from "../../src/users/import-csv.ts";
import { ImportFileRefused, readImport } from "../../src/users/import-file.ts";
import { readLines } from "../../src/users/import-lines.ts";
import { collect, linesOf, outcomes, pieces } from "./import-files.ts";

async function records(content: string, delimiter = ",", columns = 3): Promise<CsvRecord[]> {
  return collect(readRecords(new LineQueue(readLines(pieces(content, 50), "csv")), delimiter, columns));
}

const cell = fc.string({ unit: fc.constantFrom(..."ab1 åß,;'\t=\n\""), maxLength: 8 });
const rows = fc.array(fc.tuple(fc.constantFrom("a", "b,c", 'd"e', "f\ng"), cell, cell), { maxLength: 12 });

/** RFC 4180: quoted where it must be, or everywhere. */
function written(table: readonly (readonly string[])[], delimiter: string, always: boolean, lineEnd: string): string {
  const quote = (text: string) => (always || /["\n,;\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return table.map((row) => row.map(quote).join(delimiter) + lineEnd).join("");
}

t.test("whatever RFC 4180 can write is read back", async (t) => {
  await t.resolves(async () =>
    fc.assert(
      fc.asyncProperty(
        rows,
        fc.constantFrom(",", ";", "\t"),
        fc.boolean(),
        fc.constantFrom("\n", "\r\n", "\r"),
        async (table, delimiter, always, end) => {
          const read = await records(written(table, delimiter, always, end), delimiter);
          return JSON.stringify(read.map((record) => ("cells" in record ? record.cells : record))) === JSON.stringify(table);
        },
      ),
      { numRuns: 1000 },
    ),
  );
});

t.test("a quotation mark that is not closed costs its own row and no other", async (t) => {
  const plain = fc.array(fc.tuple(fc.constantFrom("a", "b,c", 'd"e'), fc.constantFrom("x", "y z"), fc.constantFrom("", "1")), {
    maxLength: 40,
  });
  const broken = fc.constantFrom('"open,x,1', 'a,"open,1', 'a,x,"open', '"a",x,"open', '"a"b,x,1', "cut,off", "one,too,many,cells");
  await t.resolves(async () =>
    fc.assert(
      fc.asyncProperty(plain, plain, broken, fc.boolean(), async (before, after, line, always) => {
        const content = `${written(before, ",", always, "\n")}${line}\n${written(after, ",", always, "\n")}`;
        const read = await records(content);
        const good = read.flatMap((record) => ("cells" in record ? [record.cells] : []));
        const bad = read.flatMap((record) => ("problem" in record ? [record.line] : []));
        return (
          JSON.stringify(good) === JSON.stringify([...before, ...after]) && JSON.stringify(bad) === JSON.stringify([before.length + 1])
        );
      }),
      { numRuns: 1000 },
    ),
  );
});

t.test("an open quotation mark is not looked for further than a record may go", async (t) => {
  let given = 0;
  async function* source(): AsyncGenerator<Buffer> {
    yield Buffer.from('userPrincipalName,displayName\nopen@contoso.example,"never closed\n');
    for (; given < 100_000; given += 1) yield Buffer.from(`user${given}@contoso.example,Name\n`);
  }
  let ahead = 0;
  let users = 0;
  for await (const row of readImport(source(), "csv")) {
    ahead = Math.max(ahead, given - users);
    if ("user" in row) users += 1;
    else t.match(row, { line: 2, problems: [{ field: "line", code: "unclosed-quote" }] });
  }
  t.equal(users, 100_000);
  t.ok(ahead < 25, `${ahead} lines ahead`);
});

t.test("lines that hold no record", async (t) => {
  const content = [
    "userPrincipalName;displayName;streetAddress",
    `long@contoso.example;${"x".repeat(1_000_000)};`,
    "nul@contoso.example;a\0b;",
    ";;",
    "",
    "  ",
    '"";"";""',
    'closing@contoso.example;"a"b";',
    "last@contoso.example;Last;",
  ].join("\r\n");
  t.strictSame(outcomes(await linesOf(pieces(content), "csv")), [
    [2, "line line-too-long"],
    [3, "line control-character"],
    [7, "userPrincipalName required"],
    [8, "line misplaced-quote"],
    [9, "last@contoso.example"],
  ]);
});

t.test("any bytes under a header: an outcome for each row, never an exception, wherever the stream is cut", async (t) => {
  const junk = fc.string({ unit: fc.constantFrom(..."aå\",;\n\r\t@.=+'{}[]0\0\ud83d\u202e "), maxLength: 200 });
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), junk);
  await t.resolves(async () =>
    fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom("csv", "ndjson"), fc.integer({ min: 1, max: 20 }), async (content, kind, length) => {
        const header = kind === "csv" ? "userPrincipalName,displayName,mobile,groups,password\n" : "\n";
        const file = Buffer.concat([Buffer.from(header), Buffer.from(content as Uint8Array)]);
        const read = async (piece: number) =>
          JSON.stringify(
            await linesOf(pieces(file, piece), kind).catch((error: unknown) => {
              if (error instanceof ImportFileRefused) return error.fault;
              throw error;
            }),
          );
        return (await read(length)) === (await read(10_000));
      }),
      { numRuns: 2000 },
    ),
  );
});
