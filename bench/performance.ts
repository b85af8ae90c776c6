// `npm run bench [-- --json FILE]`: how fast the product is on this machine, in about two minutes, on loopback, with a PostgreSQL and a
// Redis of its own. Prints tables and writes all figures to FILE (bench/results/latest.json). Exit code 1 when something fails to run; an
// aim that is missed is only shown. What is measured and how: docs/performance.md.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { measureBusyStarts, measureLatencies } from "./performance/latencies.ts";
import { residentMb } from "./performance/process-figures.ts";
import { type Results, tablesOf } from "./performance/report.ts";
import { measureSteps } from "./performance/steps.ts";
import { measureWholeResets } from "./performance/whole-resets.ts";
import { type BenchWorld, createWorld } from "./performance/world.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({ options: { json: { type: "string", default: "bench/results/latest.json" } } });
/** The dictionaries are loaded after the start, and memory needs a moment to come to rest. */
const REST_MS = 4_000;

const began = performance.now();
const world = await createWorld();
try {
  const results = await measure(world);
  console.log(`\n${tablesOf(results)}\n`);
  const file = resolve(ROOT, values.json);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`);
} finally {
  await world.stop();
}

async function measure(world: BenchWorld): Promise<Results> {
  const tell = (what: string) => process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${what}\n`);
  tell("memory at rest");
  const server = await world.startProduct("server");
  const resting = await world.startProduct("worker");
  await pause(REST_MS);
  const idle = { server: residentMb(server.pid).now, worker: residentMb(resting.pid).now };
  await resting.stop();
  tell("steps against bare routes");
  const steps = await measureSteps(world, server);
  const worker = await world.startProduct("worker");
  tell("whole resets against argon2");
  const wholeResets = await measureWholeResets(world, server, worker);
  tell("latencies");
  const latencies = await measureLatencies(world, server);
  tell("starts while others hash");
  const startWhileHashing = await measureBusyStarts(world, server);
  const memory = {
    server: { idle: idle.server, loaded: residentMb(server.pid).peak },
    worker: { idle: idle.worker, loaded: residentMb(worker.pid).peak },
  };
  await Promise.all([server.stop(), worker.stop()]);
  const seconds = (performance.now() - began) / 1000;
  tell("done");
  return { ...(await circumstances(world)), seconds, wholeResets, steps, memory, latencies, startWhileHashing };
}

async function circumstances({ house, redisUrl }: BenchWorld): Promise<Pick<Results, "at" | "commit" | "versions" | "machine">> {
  const { rows } = await house.connection.pool.query<{ server_version: string }>("show server_version");
  const redis = new Redis(redisUrl);
  const [, redisVersion = ""] = /redis_version:(\S+)/.exec(await redis.info("server")) ?? [];
  redis.disconnect();
  const fastify = JSON.parse(readFileSync(resolve(ROOT, "node_modules/fastify/package.json"), "utf8")) as { version: string };
  const git = (...args: string[]) => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
  const processors = cpus();
  return {
    at: new Date().toISOString(),
    commit: `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain", "src") === "" ? "" : ", changed since"}`,
    versions: { node: process.version, fastify: fastify.version, postgresql: rows[0]?.server_version ?? "", redis: redisVersion },
    machine: { processors: processors.length, model: processors[0]?.model ?? "", memoryGb: Math.round(totalmem() / 1e9) },
  };
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(4)) : value;
}
