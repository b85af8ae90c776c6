import { fileURLToPath } from "node:url";
import t from "tap";
import { readSourceTree, type SourceTree, withoutComments } from "./source-tree.ts";

/** What lives as long as the process and can change: each has a line in docs/decisions/0024 that says why two processes need not share it. */
const KEPT = ["database/prepared.pg.ts", "kit/language.ts", "passwords/common-passwords.ts", "passwords/password-strength.ts"];

/** A variable of a module that is assigned anew, or a collection of a module that begins empty. */
const STATE = /^(?:export )?(?:let |var |const \w+(?:: [^=]+)? = (?:new (?:Weak)?(?:Map|Set)(?:<[^\n]*>)?\(\)|\[\]|\{\});)/m;

function keepers(tree: SourceTree): string[] {
  return [...tree].filter(([, text]) => STATE.test(withoutComments(text))).map(([path]) => path);
}

t.test("no module keeps what a second process would have to know", async (t) => {
  const kept = keepers(readSourceTree(fileURLToPath(new URL("../../src", import.meta.url))));
  t.strictSame(
    kept.filter((path) => !path.startsWith("cli/")),
    KEPT,
  );
});

t.test("whatever it looks like", async (t) => {
  for (const line of [
    "let last = 0;",
    "const seen = new Set<string>();",
    "export const cache: Cache = new Map();",
    "const queue: Job[] = [];",
  ])
    t.strictSame(keepers(new Map([["a.ts", `// first\n${line}\n`]])), ["a.ts"], line);
  for (const line of ['const YES = new Set(["yes"]);', "function a() {\n  let b = 0;\n}", "const LIMITS = {\n};"])
    t.strictSame(keepers(new Map([["a.ts", line]])), [], line);
});
