import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import t from "tap";

const REPORT = fileURLToPath(new URL("../../scripts/tap-report.mjs", import.meta.url));

/** What the report prints for a stream of tap's runner, and how it ends. */
function report(...lines: string[]): { printed: string; code: number | null } {
  const run = spawnSync(process.execPath, [REPORT], { input: `${lines.join("\n")}\n`, encoding: "utf8" });
  return { printed: run.stdout, code: run.status };
}

const GOOD = [
  "# Subtest: a.test.ts",
  "    ok 1 - x",
  "    # Subtest: inner",
  "        ok 1 - y",
  "        1..1",
  "    ok 2 - inner",
  "    1..2",
];

t.test("a file in order is one line", async (t) => {
  t.strictSame(report("TAP version 14", ...GOOD, "ok 1 - a.test.ts # time=1234ms", "1..1"), {
    printed: "ok   a.test.ts: 2 passed in 1.2 s\n",
    code: 0,
  });
});

t.test("a failure is told with the names around it and what differed", async (t) => {
  const { printed, code } = report(
    "# Subtest: a.test.ts",
    "    # Subtest: outer",
    "        not ok 1 - two is three",
    "          ---",
    "          at:",
    "            fileName: a.test.ts",
    "            lineNumber: 2",
    "            columnNumber: 43",
    "          diff: |",
    "            -3",
    "            +2",
    "          ...",
    "        1..1",
    "    not ok 1 - outer",
    "    1..1",
    "not ok 1 - a.test.ts",
    "1..1",
  );
  t.equal(code, 1);
  t.equal(
    printed,
    "FAIL a.test.ts: 0 passed, 1 failed\n       failed: outer > two is three\n         -3\n         +2\n         a.test.ts:2:43\n",
  );
});

t.test("a file that fails by its exit code alone, and one that runs out of time, are told", async (t) => {
  const { printed, code } = report(
    ...GOOD,
    "not ok 1 - a.test.ts",
    "  ---",
    "  exitCode: 3",
    "  ...",
    "not ok 2 - timeout!",
    "  ---",
    "  expired: b.test.ts",
    "  ...",
    "1..2",
  );
  t.equal(code, 1);
  t.match(printed, "FAIL a.test.ts: 2 passed\n       failed: the file as a whole\n         exitCode: 3\n");
  t.match(printed, "failed: b.test.ts");
});

t.test("nothing is skipped silently", async (t) => {
  const { printed } = report(
    "# Subtest: a.test.ts",
    "    ok 1 - x # SKIP no disk",
    "    not ok 2 - y # TODO",
    "    1..2",
    "ok 1 - a.test.ts",
    "1..1",
  );
  t.match(printed, "skipped: x (no disk)");
  t.match(printed, "to do: y");
});

t.test("no test, or a stream that breaks off, is no success", async (t) => {
  t.equal(report("TAP version 14", "1..0").code, 1);
  t.equal(report("no TAP at all").code, 1);
  t.equal(report("TAP version 14", "1..2", "ok 1 - a.test.ts").code, 1);
});
