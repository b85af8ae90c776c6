// `npm test [-- files, folders or options of tap]`: brings up what the tests need, runs them, and takes it down again.
// The tests find TEST_DATABASE_URL (a superuser's), TEST_REDIS_URL, TEST_PGBOUNCER and TEST_CHROMIUM (paths) in their environment.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { argv, execPath, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { findPrograms } from "./programs.mjs";
import { startPostgres } from "./servers/postgres.mjs";
import { startRedis } from "./servers/redis.mjs";
import { guard } from "./servers/spawned.mjs";
import { createReport } from "./tap-report.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TAP = join(ROOT, "node_modules", ".bin", "tap");
/** The class that tap generated from its plugins; as installed it still has the one that cannot load our compiler. */
const TAP_CLASS = join(ROOT, "node_modules", "@tapjs", "test", "test-built", "dist", "esm", "index.js");
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

const interrupted = new AbortController();
for (const [signal, code] of Object.entries(SIGNALS)) process.on(signal, () => interrupted.abort(code));

try {
  process.exitCode = await main(argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
if (interrupted.signal.aborted) process.exitCode = interrupted.signal.reason;

async function main(args) {
  const wanted = args.flatMap(testFiles);
  const programs = await findPrograms();
  buildTap();
  const started = await Promise.allSettled([startPostgres(), startRedis()]);
  const servers = started.flatMap(({ value }) => value ?? []);
  try {
    const refused = started.find(({ status }) => status === "rejected");
    if (refused) throw refused.reason;
    if (interrupted.signal.aborted) return 1;
    const [postgres, redis] = servers;
    const env = {
      TEST_DATABASE_URL: postgres.url,
      TEST_REDIS_URL: redis.url,
      TEST_PGBOUNCER: programs.pgbouncer,
      TEST_CHROMIUM: programs.chromium,
    };
    return await runTap(wanted, { ...process.env, ...env });
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
  }
}

/** Once after every `npm ci`, about three seconds. */
function buildTap() {
  if (!readFileSync(TAP_CLASS, "utf8").includes("@tapjs/typescript")) return;
  const run = spawnSync(execPath, [TAP, "build"], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  if (run.status !== 0) throw new Error(`tap build failed:\n${run.stdout}${run.stderr}`);
}

/** tap itself takes files and patterns, no folders. */
function testFiles(arg) {
  if (!statSync(arg, { throwIfNoEntry: false })?.isDirectory()) return [arg];
  const files = globSync(join(arg, "**", "*.test.{ts,tsx}")).sort();
  if (files.length === 0) throw new Error(`There is no test in ${arg}.`);
  return files;
}

async function runTap(args, env) {
  const report = createReport((line) => stdout.write(`${line}\n`));
  // A group of its own: Ctrl-C reaches us alone, and nothing that a test started outlives the run.
  const tap = spawn(execPath, [TAP, "--reporter=tap", "--jobs=2", ...args], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const end = guard(-tap.pid);
  interrupted.signal.addEventListener("abort", end);
  tap.stdout.pipe(report.parser);
  const [code] = await once(tap, "exit");
  await end();
  if (!tap.stdout.closed) await once(tap.stdout, "close");
  return conclude(code, report.totals());
}

/** The closing line, in assertions, and the exit code: 0 when something ran and all of it held. */
function conclude(code, totals) {
  if (interrupted.signal.aborted) return 1;
  const { passed, skipped, files, failed: counted } = totals ?? { passed: 0, skipped: 0, files: 0, failed: 0 };
  const ran = passed + counted > 0;
  const failed = code !== 0 || !totals ? Math.max(counted, 1) : counted;
  if (!ran) stdout.write("No test ran.\n");
  else if (failed > counted) stdout.write(`tap ended with exit code ${code}, though no assertion failed: counted as one failure.\n`);
  stdout.write(`\nTest files: ${files}. Counted in assertions:\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return failed > 0 || !ran ? 1 : 0;
}
