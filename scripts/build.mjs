// Builds src/ and migrations/ to dist/. Silent when all is well; compiler errors on stderr and exit code 1 otherwise.
//
//   dist/builds/<hash of everything that goes in>/{src,migrations,openapi}    whole builds, each renamed into place when complete
//   dist/src -> builds/<hash>/src                                             the current one, a link replaced by one rename
//
// So a build that is fresh costs one hash, two builds at once or a crash half-way leave a whole dist/ behind, and a running
// service keeps the files that it started from. Runs on Node 20 and on built-in modules alone: it is the first thing that runs.
import { spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import { dirname, join, relative } from "node:path";
import { argv, execPath, pid } from "node:process";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, "dist");
const BUILDS = join(DIST, "builds");
const CURRENT = join(DIST, "src");

const INPUTS = [
  "src",
  "migrations",
  "openapi",
  "tsconfig.json",
  "tsconfig.build.json",
  "package.json",
  "package-lock.json",
  "scripts/build.mjs",
];
/** Files that the compiler leaves behind and the running service reads. */
const ASSET = /^(src\/.+\.(css|js|svg|woff2)|openapi\/openapi\.json)$/;
/** A service may still run from an older build; an hour-old unfinished one belongs to nobody. */
const BUILDS_KEPT = 5;
const ABANDONED_MS = 3_600_000;

/** Makes dist/ match the sources. Returns false, with the reason on stderr, when they do not compile. */
export function build() {
  const hash = hashOf(inputs());
  if (linkedBuild() === hash) return true;
  const outcome = fs.existsSync(join(BUILDS, hash)) ? "whole" : compile(hash);
  if (outcome === "failed") return false;
  if (outcome === "changed") return build();
  point(hash);
  prune(hash);
  return true;
}

function compile(hash) {
  const unfinished = join(BUILDS, `.unfinished-${pid}-${randomUUID()}`);
  fs.mkdirSync(unfinished, { recursive: true });
  try {
    // Not bin/tsc: under tap's module hooks, which reach every process below a test, a module without an extension does not load.
    const compiler = join(ROOT, "node_modules", "typescript", "lib", "tsc.js");
    const options = ["-p", join(ROOT, "tsconfig.build.json"), "--outDir", unfinished, "--noEmitOnError"];
    const run = spawnSync(execPath, [compiler, ...options], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
    if (run.status !== 0) {
      process.stderr.write(`The build failed.\n${run.stdout ?? ""}${run.stderr ?? ""}${run.error?.message ?? ""}\n`);
      return "failed";
    }
    for (const file of inputs()) copyAsset(file, unfinished);
    // Somebody saved a file while the compiler ran: what it made is neither the old nor the new.
    if (hashOf(inputs()) !== hash) return "changed";
    moveIntoPlace(unfinished, join(BUILDS, hash));
    return "whole";
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
}

function copyAsset(file, target) {
  const name = relative(ROOT, file);
  if (!ASSET.test(name)) return;
  fs.mkdirSync(join(target, dirname(name)), { recursive: true });
  fs.copyFileSync(file, join(target, name));
}

function moveIntoPlace(unfinished, whole) {
  try {
    fs.renameSync(unfinished, whole);
  } catch (error) {
    // Somebody else finished the same build first. Theirs is as good: the name is the hash of what went in.
    if (!fs.existsSync(whole)) throw error;
  }
}

function point(hash) {
  const link = join(DIST, `.src-${pid}`);
  fs.rmSync(link, { force: true });
  fs.symlinkSync(join("builds", hash, "src"), link);
  // A real folder stands there when somebody ran the compiler by hand; a link cannot be renamed over it.
  if (fs.lstatSync(CURRENT, { throwIfNoEntry: false })?.isDirectory()) fs.rmSync(CURRENT, { recursive: true });
  fs.renameSync(link, CURRENT);
}

function prune(current) {
  const builds = fs.readdirSync(BUILDS).map((name) => ({ name, age: Date.now() - (modified(join(BUILDS, name)) ?? Date.now()) }));
  const finished = builds.filter(({ name }) => !name.startsWith(".") && name !== current).sort((a, b) => a.age - b.age);
  const abandoned = builds.filter(({ name, age }) => name.startsWith(".") && age > ABANDONED_MS);
  for (const { name } of [...finished.slice(BUILDS_KEPT - 1), ...abandoned])
    fs.rmSync(join(BUILDS, name), { recursive: true, force: true });
}

function modified(path) {
  return fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function linkedBuild() {
  try {
    const hash = fs.readlinkSync(CURRENT).split("/")[1];
    return fs.existsSync(CURRENT) ? hash : null;
  } catch {
    return null;
  }
}

function inputs() {
  return INPUTS.flatMap((name) => filesUnder(join(ROOT, name))).sort();
}

function filesUnder(path) {
  const found = fs.statSync(path, { throwIfNoEntry: false });
  if (!found) return [];
  if (found.isFile()) return [path];
  return fs.readdirSync(path).flatMap((name) => filesUnder(join(path, name)));
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = fs.readFileSync(file);
    hash.update(`${relative(ROOT, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

if (argv[1] && fs.realpathSync(argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = build() ? 0 : 1;
