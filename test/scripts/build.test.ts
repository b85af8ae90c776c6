import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A project of three files in a folder of its own, with this project's scripts, compiler options and packages. */
function newProject(t: Test): string {
  const project = t.testdir({});
  for (const name of ["scripts/build.mjs", "tsconfig.json", "tsconfig.build.json", "package.json", "package-lock.json"]) {
    cpSync(join(ROOT, name), join(project, name));
  }
  symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
  save(project, "src/main.ts", 'import { word } from "./word.ts";\nconsole.log(word);\n');
  save(project, "src/word.ts", 'export const word: string = "first";\n');
  save(project, "src/pages/page.css", "p { margin: 0 }\n");
  save(project, "migrations/0001.ts", "export const up = 1;\n");
  save(project, "openapi/openapi.json", "{}\n");
  return project;
}

function save(project: string, name: string, text: string): void {
  mkdirSync(dirname(join(project, name)), { recursive: true });
  writeFileSync(join(project, name), text);
}

const build = (project: string): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: project, encoding: "utf8" });
const start = (project: string): string => spawnSync(process.execPath, ["dist/src/main.js"], { cwd: project, encoding: "utf8" }).stdout;

t.test("builds what is needed, silently, and once", async (t) => {
  const project = newProject(t);
  t.match(build(project), { status: 0, stdout: "", stderr: "" });
  t.equal(start(project), "first\n");
  for (const name of ["src/main.js.map", "src/pages/page.css", "migrations/0001.js", "openapi/openapi.json"]) {
    t.ok(existsSync(join(realpathSync(join(project, "dist/src")), "..", name)), name);
  }
  const before = lstatSync(join(project, "dist/src")).ino;
  t.equal(build(project).status, 0);
  t.equal(lstatSync(join(project, "dist/src")).ino, before, "fresh: left alone");
  save(project, "src/word.ts", 'export const word: string = "second";\n');
  t.equal(build(project).status, 0);
  t.equal(start(project), "second\n");
});

t.test("an error of the compiler is told, and the last good build stays", async (t) => {
  const project = newProject(t);
  build(project);
  save(project, "src/word.ts", "export const word: string = 3;\n");
  const failed = build(project);
  t.equal(failed.status, 1);
  t.equal(failed.stdout, "");
  t.match(failed.stderr, /src\/word\.ts.*TS2322/);
  t.equal(start(project), "first\n");
  t.strictSame(readdirSync(join(project, "dist/builds")).length, 1, "nothing unfinished is left");
});

t.test("what ran before keeps its files; what a crash or a hand left is put right", async (t) => {
  const project = newProject(t);
  save(project, "dist/src/main.js", 'console.log("by hand")');
  save(project, "dist/builds/.unfinished-1-x/src/main.js", "half");
  t.equal(build(project).status, 0);
  t.equal(start(project), "first\n");
  const old = readlinkSync(join(project, "dist/src"));
  save(project, "src/word.ts", 'export const word: string = "second";\n');
  build(project);
  t.match(readFileSync(join(project, "dist", old, "word.js"), "utf8"), "first");
});

t.test("two builds at once both leave a whole one", async (t) => {
  const project = newProject(t);
  const builders = [1, 2, 3].map(() => spawn(process.execPath, ["scripts/build.mjs"], { cwd: project, stdio: "inherit" }));
  const ends = await Promise.all(builders.map((builder) => once(builder, "exit")));
  t.strictSame(
    ends.map(([code]) => code),
    [0, 0, 0],
  );
  t.equal(start(project), "first\n");
  t.equal(readdirSync(join(project, "dist/builds")).length, 1);
});
