// Runs the image as compose.yaml does: a server and a worker on one PostgreSQL and one Redis, secrets from files, and an SMTP server
// that keeps what it gets. Somebody forgets a password; then all is stopped.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startPostgres } from "../servers/postgres.mjs";
import { startRedis } from "../servers/redis.mjs";
import { inRoot } from "./in-root.mjs";
import { startMailSink, walkReset } from "./walk-reset.mjs";

const READY_MS = 60_000;
const STOP_MS = 10_000;

/** @param {import("./stages.mjs").Image} image @throws with a sentence when anything does not hold */
export async function prove(image) {
  const undo = [];
  const logs = [];
  try {
    const [postgres, redis, mail] = [await startPostgres(), await startRedis(), await startMailSink()];
    undo.push(postgres.stop, redis.stop, mail.stop);
    const secrets = secretsFor(image, { postgres, redis, mail });
    const env = { PUBLIC_URL: "https://password.northwind.test", MAIL_FROM: "Northwind <no-reply@northwind.test>", TRUST_PROXY: "1" };
    const container = (role, port) => ({
      ...image,
      env: { ...image.env, ...env, ...secrets.variables, ROLE: role, PORT: String(port) },
      mounts: [{ from: secrets.folder, to: "/run/secrets" }],
      tmpfs: role === "server" ? ["/tmp"] : [],
      writable: false,
    });
    // Both at once, on an empty database: whoever is first makes the tables.
    const running = await Promise.all(["server", "worker"].map(async (role) => startRole(role, container, { undo, logs })));
    for (const { role, place, base } of running) {
      say(`${role}: /readyz answers 200 after ${await readyAfter(base)} ms`);
      expect(await ended(place, image.health), 0, `${role}: HEALTHCHECK`);
      expect(await ended({ ...place, env: { ...place.env, PORT: "1" } }, image.health), 1, `${role}: HEALTHCHECK where nobody listens`);
    }
    for (const { role, place } of running) await cannotWrite(role, place);
    await walkReset({ base: running[0].base, mail, rekey: (args) => output(running[0].place, ["rekey", ...args]) });
    say("rekey made an organisation, a file of people was imported, a person got a code by email and set a password");
    for (const { role, child } of running) await stopInTime(role, child);
  } catch (error) {
    throw new Error(`${error.message}\n\n${logs.join("").slice(-4_000)}`, { cause: error });
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

function secretsFor(image, { postgres, redis, mail }) {
  const folder = `${image.root}.secrets`;
  mkdirSync(folder, { mode: 0o755 });
  const values = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, SMTP_URL: mail.url, MASTER_KEY: randomBytes(32).toString("base64") };
  const variables = {};
  for (const [name, value] of Object.entries(values)) {
    const file = name.toLowerCase();
    writeFileSync(join(folder, file), `${value}\n`);
    chmodSync(join(folder, file), 0o444);
    variables[`${name}_FILE`] = `/run/secrets/${file}`;
  }
  return { folder, variables };
}

async function startRole(role, container, { undo, logs }) {
  const port = await freePort();
  const place = container(role, port);
  const child = start(place, place.command, "pipe");
  child.stdout.on("data", (chunk) => logs.push(`${chunk}`));
  undo.push(async () => void child.kill("SIGKILL"));
  return { role, place, child, base: `http://127.0.0.1:${port}` };
}

function start(place, argv, output) {
  const { command, args } = inRoot(place, argv);
  return spawn(command, args, { stdio: ["ignore", output, "inherit"] });
}

async function ended(place, argv) {
  const [code] = await once(start(place, argv, "ignore"), "exit");
  return code;
}

async function output(place, argv) {
  const child = start(place, argv, "pipe");
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  const [code] = await once(child, "close");
  expect(code, 0, argv.join(" "));
  return Buffer.concat(chunks).toString();
}

/** That the place is what it is meant to be: not root, nothing to write to but what is mounted for that. */
async function cannotWrite(role, place) {
  const script = `const fs = require("node:fs");
    const tried = ["/x", "/app/x", "/app/dist/x", "/tmp/x", "/usr/local/bin/x", "/run/secrets/x"].filter((path) => {
      try { fs.writeFileSync(path, ""); return true; } catch { return false; } });
    console.log(JSON.stringify([process.getuid(), process.getgid(), process.getgroups(), tried]));`;
  const told = await output(place, ["node", "-e", script]);
  expect(
    told.trim(),
    JSON.stringify([10001, 10001, [10001], place.tmpfs.map((folder) => `${folder}/x`)]),
    `${role}: account, and what it could write`,
  );
  say(`${role}: it runs as 10001:10001 and can write ${place.tmpfs.length === 0 ? "nowhere" : `to ${place.tmpfs.join()} alone`}`);
}

async function readyAfter(base) {
  const begin = performance.now();
  while (performance.now() - begin < READY_MS) {
    const answer = await fetch(`${base}/readyz`).catch(() => null);
    if (answer?.status === 200) return Math.round(performance.now() - begin);
    await pause(50);
  }
  throw new Error(`${base}/readyz never answered 200.`);
}

async function stopInTime(role, child) {
  const begin = performance.now();
  child.kill("SIGTERM");
  const late = AbortSignal.timeout(STOP_MS);
  const [code, signal] = child.exitCode === null ? await once(child, "exit", { signal: late }) : [child.exitCode, null];
  expect(code ?? signal, 0, `${role}: exit after SIGTERM`);
  say(`${role}: exit 0, ${Math.round(performance.now() - begin)} ms after SIGTERM`);
}

async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address();
  listener.close();
  await once(listener, "close");
  return port;
}

function expect(found, wanted, what) {
  if (found !== wanted) throw new Error(`${what}: ${wanted} was expected, and it was ${found}.`);
}

function say(line) {
  process.stdout.write(`ok  ${line}\n`);
}
