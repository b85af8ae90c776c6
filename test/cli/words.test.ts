import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { cell, openFailedRows } from "../../src/cli/failed-rows.file.ts";
import { Refused, reasonOf, wordsOf } from "../../src/cli/failure.ts";
import { problemWords } from "../../src/cli/problem-words.ts";
import { type ImportState, progressBar, progressSentence, size } from "../../src/cli/progress-line.ts";
import { displayWidth, table } from "../../src/cli/table.ts";

t.test("tables line up, also with names that are wider than they are long", async (t) => {
  const columns = [{ title: "NAME" }, { title: "USERS", align: "right" as const }, { title: "ID" }];
  const rows = [
    ["Åsa", "1", "a"],
    ["山田太郎", "1,234", "b"],
  ];
  t.strictSame(table(columns, rows, Number.POSITIVE_INFINITY), [
    "NAME      USERS  ID", //
    "Åsa           1  a",
    "山田太郎  1,234  b",
  ]);
  t.equal(displayWidth("A\u030asa 👩‍🚀"), 6, "what is drawn as one counts as one");
});

t.test("the last column wraps below itself; nothing is cut off", async (t) => {
  const columns = [{ title: "LINE", align: "right" as const }, { title: "REASON" }];
  const lines = table(columns, [["7", "The number is too short for its country."]], 28);
  t.strictSame(lines, ["LINE  REASON", "   7  The number is too", "      short for its country."]);
  t.strictSame(table(columns, [["7", "a-word-that-is-longer-than-the-line"]], 10), [
    "LINE  REASON",
    "   7  a-word-that-is-longer-than-the-line",
  ]);
});

t.test("what comes from elsewhere cannot steer the terminal", async (t) => {
  const [, row = ""] = table([{ title: "NAME" }], [["\u001b[2J\u202egnp.exe\r\nline"]], 80);
  t.equal(row, "\ufffd[2J\ufffdgnp.exe\ufffd\ufffdline");
  const { sentence, places } = problemWords(422, { title: "No", detail: "\u001b]0;x\u0007", errors: ["\u001b[1m"] }, null);
  t.notMatch(sentence + places.join(""), /\p{Cc}/u);
});

t.test("a problem is title, detail and the listed errors", async (t) => {
  t.strictSame(
    problemWords(
      400,
      { title: "The request is not valid", detail: "The body is not valid.", errors: [{ field: "/name", reason: "is missing" }] },
      null,
    ),
    {
      sentence: "The request is not valid: The body is not valid.",
      places: ["name: is missing"],
    },
  );
  const forbidden = { title: "Not allowed", missing: ["scope"], reason: "The scope users:read is needed." };
  t.equal(problemWords(403, forbidden, null).sentence, "Not allowed: The scope users:read is needed.");
  t.equal(problemWords(422, { title: "The file cannot be read", reason: "missing-column" }, null).sentence, "The file cannot be read.");
  t.equal(problemWords(429, { title: "Too many attempts" }, "17").sentence, "Too many attempts. Try again in 17 s.");
  t.equal(problemWords(502, null, null).sentence, "The service answered 502.");
});

t.test("errors of libraries become one sentence", async (t) => {
  const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:9"), { code: "ECONNREFUSED" });
  t.equal(reasonOf(new AggregateError([refused, refused])), "connect ECONNREFUSED 127.0.0.1:9");
  t.equal(reasonOf(new TypeError("fetch failed", { cause: refused })), "connect ECONNREFUSED 127.0.0.1:9");
  t.equal(reasonOf(new Error("ENOENT: no such file or directory, open '/a/b.csv'")), "no such file or directory");
  t.equal(wordsOf(new Error("something broke")), "something broke.");
  t.equal(wordsOf(new Refused("No.", { places: ["a", "b"] })), "No.\n  - a\n  - b");
});

t.test("the bar fills, names its figures, and fits the terminal", async (t) => {
  const state: ImportState = { name: "people.csv", sent: 1_250_000, total: 2_500_000, waiting: false, rows: null, seconds: 67 };
  t.equal(progressBar(state, 100), `people.csv  ${"█".repeat(15)}${"░".repeat(15)}   50 %  1.3 MB of 2.5 MB sent  1:07`);
  t.match(progressBar({ ...state, sent: 2_500_000, waiting: true }, 100), /█{30} {2}2\.5 MB sent, the rows are being written {2}1:07$/);
  t.equal(progressBar({ ...state, total: null }, 100), "people.csv  1.3 MB sent  1:07");
  t.equal(progressBar({ ...state, rows: 12_345 }, 100).endsWith("12,345 rows done  1:07"), true);
  for (const width of [10, 40, 60, 80, 200]) {
    const line = progressBar(state, width);
    t.ok(line.length < width, `${width} cells: ${line}`);
    t.notMatch(line, /█$|░$/);
  }
  t.equal(progressSentence(state), "people.csv: 1.3 MB of 2.5 MB sent (50 %)");
  t.equal(progressSentence({ ...state, sent: 0, total: 0 }), "people.csv: 0 B of 0 B sent (100 %)");
  t.strictSame([999, 1_000, 999_000, 1_500_000, 2e9].map(size), ["999 B", "1.0 kB", "999 kB", "1.5 MB", "2.0 GB"]);
});

t.test("failed rows go into a file that only its owner reads and no spreadsheet runs", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rekey-test-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, "failed.csv");
  {
    await using file = await openFailedRows(path);
    const problems = [
      { field: "mobile", reason: 'Not "this", but that.' },
      { field: "mail", reason: "No." },
    ];
    await file.append([{ line: 7, userPrincipalName: "=cmd|' /C calc'!A0", outcome: "failed", field: "mobile", reason: "…", problems }]);
    await file.append([{ line: 8, userPrincipalName: null, outcome: "failed", field: "line", reason: "Cut off." }]);
  }
  t.strictSame((await readFile(path, "utf8")).split("\r\n"), [
    "line,userPrincipalName,field,reason",
    '7,\'=cmd|\' /C calc\'!A0,mobile,"Not ""this"", but that."',
    "7,'=cmd|' /C calc'!A0,mail,No.",
    "8,,line,Cut off.",
    "",
  ]);
  t.equal((await stat(path)).mode & 0o777, 0o600);
  for (const formula of ["=1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x"]) t.equal(cell(formula), `'${formula}`);
  t.equal(cell("\t=1"), "\ufffd=1", "no white space hides one");
  await t.rejects(openFailedRows(join(folder, "no/such/folder.csv")), { name: "WrongUsage", message: /no such file or directory\.$/ });
});
