import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { freshDatabase } from "../journeys/fresh-database.ts";
import { freshRedis } from "../journeys/fresh-redis.ts";
import { freePort } from "../journeys/waiting.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CLONED = [
  "src",
  "migrations",
  "openapi",
  "scripts",
  "package.json",
  "package-lock.json",
  ".npmrc",
  "tsconfig.json",
  "tsconfig.build.json",
];

/** The project as it stands after `npm ci`: nothing was built yet. */
function newClone(t: Test): string {
  const clone = t.testdir({});
  for (const name of CLONED) cpSync(join(ROOT, name), join(clone, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
  return clone;
}

interface Npm {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
}

/** npm, with nothing of the test run in its environment: neither tap's hooks nor its variables. */
function npm(t: Test, cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Npm {
  const { PATH = "", HOME = "" } = process.env;
  // A group of its own: npm, its shell and the service.
  // Warnings about the machine's own settings are npm's, not ours.
  const child = spawn("npm", args, {
    cwd,
    env: { PATH, HOME, npm_config_loglevel: "error", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  t.teardown(() => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  });
  return { child, output };
}

async function codeOf({ child }: Npm): Promise<number | null> {
  const [code] = child.exitCode === null ? ((await once(child, "close")) as [number | null]) : [child.exitCode];
  return code;
}

async function whenReady(base: string, started: Npm): Promise<void> {
  for (let tries = 0; tries < 900; tries++) {
    if (started.child.exitCode !== null) break;
    const answer = await fetch(`${base}/readyz`).catch(() => null);
    if (answer?.status === 200) return;
    await pause(100);
  }
  throw new Error(`it was never ready:\n${started.output.stdout}${started.output.stderr}`);
}

t.test("`npm start` twice at once in a fresh clone, over one empty database: both build, both migrate, both serve", async (t) => {
  const clone = newClone(t);
  const shared = {
    DATABASE_URL: await freshDatabase(t),
    REDIS_URL: await freshRedis(t),
    MASTER_KEY: randomBytes(32).toString("base64"),
    PUBLIC_URL: "http://127.0.0.1:8080",
    LOG_LEVEL: "warn",
  };
  const ports = [await freePort(), await freePort()];
  const both = ports.map((port) => ({
    base: `http://127.0.0.1:${port}`,
    run: npm(t, clone, ["start"], { ...shared, PORT: String(port) }),
  }));
  await Promise.all(both.map(({ base, run }) => whenReady(base, run)));
  t.equal(readdirSync(join(clone, "dist/builds")).length, 1, "one build, whole");
  // A token of one is good at the other: the keys in the database were made once.
  const keys = await Promise.all(both.map(async ({ base }) => (await fetch(`${base}/.well-known/jwks.json`)).text()));
  t.equal(keys[0], keys[1]);
  for (const { base } of both) {
    const body = JSON.stringify({ userPrincipalName: "nobody@northwind.example" });
    const start = { method: "POST", headers: { "content-type": "application/json" }, body };
    t.equal((await fetch(`${base}/v1/password-resets`, start)).status, 201, base);
  }
  for (const { run } of both) {
    run.child.kill("SIGTERM");
    t.equal(await codeOf(run), 0, `${run.output.stdout}${run.output.stderr}`);
    t.equal(run.output.stderr, "");
  }
});

t.test("`npm run -s rekey -- --help` before any build prints help and nothing else; three at once, and again", async (t) => {
  const clone = newClone(t);
  const runs = [1, 2, 3].map(() => npm(t, clone, ["run", "-s", "rekey", "--", "--help"]));
  const codes = await Promise.all(runs.map(codeOf));
  t.same(codes, [0, 0, 0]);
  runs.push(npm(t, clone, ["run", "-s", "rekey", "--", "--help"]));
  t.equal(await codeOf(runs.at(-1) as Npm), 0);
  for (const { output } of runs) {
    t.match(output.stdout, /^Usage: rekey /);
    t.equal(output.stdout, runs[0]?.output.stdout);
    t.equal(output.stderr, "");
  }
  t.ok(existsSync(join(clone, "dist/src/cli/rekey.js")));
});

t.test("what does not compile is told on standard error alone", async (t) => {
  const clone = newClone(t);
  cpSync(join(ROOT, "package.json"), join(clone, "src/kit/clock.ts"));
  const run = npm(t, clone, ["run", "-s", "rekey", "--", "--help"]);
  t.not(await codeOf(run), 0);
  t.equal(run.output.stdout, "");
  t.match(run.output.stderr, /The build failed/);
});
