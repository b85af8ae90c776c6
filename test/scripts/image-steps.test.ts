import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { contextOf, copyInto, readIgnore } from "../../scripts/image/build-context.mjs";
import { readCommand, readCopy, readDockerfile, readPairs } from "../../scripts/image/dockerfile.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

t.test("the Dockerfile copies what is there, and builds an image that is not root's and holds no shell", async (t) => {
  const stages = readDockerfile(readFileSync(join(ROOT, "Dockerfile"), "utf8"));
  t.same(
    stages.map(({ name }) => name),
    ["build", "packages", "system", "image"],
  );
  const last = stages.at(-1);
  t.equal(last?.base, "scratch");
  for (const { base } of stages.slice(0, -1)) t.match(base, /^node:\d+\.\d+\.\d+-\w+-slim$/, "pinned to a release");
  const step = (instruction: string) => last?.steps.find((one) => one.instruction === instruction) ?? { text: "", line: 0 };
  t.match(step("USER").text, /^[1-9]\d*:[1-9]\d*$/, "by number");
  t.match(readPairs(step("ENV")), { NODE_ENV: "production", PATH: "/usr/local/bin" });
  for (const name of ["CMD", "HEALTHCHECK"]) t.equal(readCommand(step(name))[0], "node", name);
  const context = contextOf(ROOT);
  const known = new Set<string>();
  for (const { name, steps } of stages) {
    for (const copy of steps.filter(({ instruction }) => instruction === "COPY").map(readCopy)) {
      if (copy.from !== undefined) t.ok(known.has(copy.from), `${copy.from} is a stage before`);
      else for (const source of copy.sources) t.ok(existsSync(join(ROOT, source)) && context.takes(join(ROOT, source)), source);
    }
    known.add(name);
  }
});

t.test("the base is the Node.js that npm brings", async (t) => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { version: string }>;
  };
  const base = readDockerfile(readFileSync(join(ROOT, "Dockerfile"), "utf8"))[0]?.base ?? "";
  t.ok(base.startsWith(`node:${packages["node_modules/node"]?.version}-`), base);
});

t.test("nothing that is secret or somebody's own gets into a build", async (t) => {
  const isIgnored = readIgnore(readFileSync(join(ROOT, ".dockerignore"), "utf8"));
  for (const path of [
    "secrets/master_key",
    ".env",
    ".git/config",
    "data/keys/master.key",
    "node_modules/pg/package.json",
    "dist/src/main.js",
  ])
    t.ok(isIgnored(path), path);
  for (const path of ["test/config.test.ts", "scripts/test.mjs", "src.tar", "docs/operations.md"]) t.ok(isIgnored(path), path);
  for (const path of ["src/main.ts", "src/pages/assets/rekey.css", "scripts/build.mjs", "package.json"]) t.notOk(isIgnored(path), path);
});

t.test(".dockerignore: the last pattern that fits decides, for what is below too", async (t) => {
  const isIgnored = readIgnore("# all\n*\n!a\n!deep/in/file\na/*.log\n!a/keep.log\n**/*.tmp\n");
  const left = ["b", "deep", "deep/in/other", "a/x.log", "a/b/c.tmp", "c.tmp"];
  const taken = ["a", "a/x", "a/b/x.log", "a/keep.log", "deep/in/file"];
  t.same(left.filter(isIgnored), left);
  t.same(taken.filter(isIgnored), []);
});

t.test("COPY takes a folder's content, a file into a folder, and nothing that is left out", async (t) => {
  const root = t.testdir({ from: { ".dockerignore": "*\n!a\na/no\n!x\n", a: { yes: "1", no: "2" }, x: "3", y: "4" }, to: {} });
  const [from, to] = [contextOf(join(root, "from")), join(root, "to")];
  copyInto(from, ["a"], join(to, "folder"), false);
  copyInto(from, ["x"], join(to, "into"), true);
  copyInto(from, ["x"], join(to, "as"), false);
  t.same(readdirSync(join(to, "folder")), ["yes"]);
  t.equal(readFileSync(join(to, "into/x"), "utf8") + readFileSync(join(to, "as"), "utf8"), "33");
  t.throws(() => copyInto(from, ["y"], to, true), /COPY y: it is not in the context/);
  t.throws(() => copyInto(from, ["z"], to, true), /COPY z/);
});

t.test("what of the language is not known is refused with its line", async (t) => {
  for (const [text, words] of [
    ["FROM a\nADD x y", /line 2: ADD is not known/],
    ["FROM a\n\nfrom b", /line 3/],
    ["RUN x", /line 1: RUN before FROM/],
  ] as const)
    t.throws(() => readDockerfile(text), words);
  t.throws(() => readCopy({ text: "--chown=1 a b", line: 7 }), /line 7: COPY --chown=1/);
  t.throws(() => readCopy({ text: "*.json ./", line: 7 }), /without patterns/);
  t.throws(() => readCommand({ text: "node main.js", line: 9 }), /line 9: a command must be/);
  const [stage] = readDockerfile(`ARG A=b:1\nFROM \${A} AS c\nRUN one \\\n# between\n  && two\nENV A=1 B="2 3"\n`);
  t.match(stage, { name: "c", base: "b:1" });
  t.equal(stage?.steps[0]?.text.replace(/\s+/g, " "), "one && two");
  t.same(readPairs(stage?.steps[1] ?? { text: "", line: 0 }), { A: "1", B: "2 3" });
});
