// What a person reads of a test run: one line per file as it ends, every failure in full, every skipped test with its reason.
import { argv, stdin, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { Parser } from "tap-parser";

/** tap's own count of test points: the last comment but one of its stream. */
const TOTALS = /^# \{ total: \d+(.*)\}/;
/** Where a failure happened is told in its own words; how tap ran the file is of no use to anybody. */
const UNTOLD = ["at", "stack", "source", "diff", "compare", "jobId", "cwd", "args", "command", "stdio", "externalID"];

/**
 * A sink for tap's stream that writes readable lines with `print`.
 * @param {(line: string) => void} print
 * @returns {{ parser: Parser, totals: () => { passed: number, failed: number, skipped: number, files: number } | null }}
 *   `totals` counts assertions (tap's test points), a todo as skipped; null when the stream broke off
 */
export function createReport(print) {
  const parser = new Parser();
  let file = newFile();
  let files = 0;
  let totals = null;
  parser.on("child", (child) => follow(child, [], file));
  parser.on("assert", (point) => {
    if (point.closingTestPoint) files += 1;
    // A file whose assertions all hold can still fail as a whole: by its exit code, a signal or its time.
    if (!point.ok && file.failed === 0) file.notes.push(failure(point, [point.diag?.expired ?? "the file as a whole"]));
    printFile(print, point, file);
    file = newFile();
  });
  parser.on("extra", (text) => print(text.trimEnd()));
  parser.on("comment", (line) => {
    const words = TOTALS.exec(line)?.[1];
    const of = (word) => Number(new RegExp(`${word}: (\\d+)`).exec(words)?.[1] ?? 0);
    if (words !== undefined) totals = { passed: of("pass"), failed: of("fail"), skipped: of("skip") + of("todo"), files };
  });
  return { parser, totals: () => totals };
}

const newFile = () => ({ passed: 0, failed: 0, notes: [] });

/** Collects what one file, or a test within it, has to say. `path`: the names of the tests around. */
function follow(parser, path, file) {
  let failedBefore = 0;
  parser.on("child", (child) => {
    failedBefore = file.failed;
    follow(child, [...path, child.name], file);
  });
  parser.on("extra", (text) => file.notes.push(text.trimEnd()));
  parser.on("assert", (point) => {
    const names = [...path, point.name];
    if (point.skip || point.todo) file.notes.push(`${point.skip ? "skipped" : "to do"}: ${names.join(" > ")} ${reason(point)}`);
    else if (point.closingTestPoint && (point.ok || file.failed > failedBefore)) return;
    else if (point.ok) file.passed += 1;
    else {
      file.failed += 1;
      file.notes.push(failure(point, names));
    }
  });
}

function printFile(print, point, { passed, failed, notes }) {
  const time = point.time ? ` in ${(point.time / 1000).toFixed(1)} s` : "";
  print(`${point.ok ? "ok  " : "FAIL"} ${point.name}: ${passed} passed${failed > 0 ? `, ${failed} failed` : ""}${time}`);
  for (const note of notes) print(`       ${note.replaceAll("\n", "\n         ")}`);
}

function failure({ diag }, names) {
  const { diff, stack, source, at } = diag ?? {};
  const told = Object.entries(diag ?? {}).filter(([key, value]) => !UNTOLD.includes(key) && value !== null);
  const rest = told.map(([key, value]) => `${key}: ${typeof value === "string" ? value : inspect(value, { depth: 5 })}`);
  const place = stack ?? (at ? `${at.fileName}:${at.lineNumber}:${at.columnNumber}` : null);
  return ["failed: ".concat(names.join(" > ")), diff, ...rest, source, place]
    .filter(Boolean)
    .map((part) => part.trimEnd())
    .join("\n");
}

function reason({ skip, todo }) {
  const words = skip || todo;
  return typeof words === "string" ? `(${words})` : "";
}

// `node one.test.ts | node scripts/tap-report.mjs`: one file, without the servers and without tap's runner.
if (argv[1] === fileURLToPath(import.meta.url)) {
  const { parser } = createReport((line) => stdout.write(`${line}\n`));
  parser.on("complete", ({ ok, count }) => {
    process.exitCode = ok && count > 0 ? 0 : 1;
  });
  stdin.pipe(parser);
}
