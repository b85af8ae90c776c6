// The programs that the tests run and npm does not bring: found in the PATH, installed where we may, or named in one sentence.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** What the tests call it → the file names under which systems ship it, and Debian's package. */
const PROGRAMS = {
  redis: { names: ["redis-server"], debian: "redis-server" },
  pgbouncer: { names: ["pgbouncer"], debian: "pgbouncer" },
  openssl: { names: ["openssl"], debian: "openssl" },
  chromium: { names: ["chromium", "chromium-browser", "google-chrome"], debian: "chromium" },
};

/**
 * @returns {Promise<{ redis: string, pgbouncer: string, openssl: string, chromium: string }>} absolute paths
 * @throws {Error} with the sentence for the person
 */
export async function findPrograms() {
  const missing = Object.values(PROGRAMS).filter(({ names }) => !which(names));
  if (missing.length > 0) await install(missing.map(({ debian }) => debian));
  const found = Object.entries(PROGRAMS).map(([name, { names }]) => [name, which(names)]);
  const lacking = found.filter(([, path]) => !path).map(([name]) => PROGRAMS[name].debian);
  if (lacking.length > 0)
    throw new Error(`The tests need ${lacking.join(" and ")}: install it (Debian packages of these names) and run them again.`);
  return Object.fromEntries(found);
}

async function install(packages) {
  if (process.getuid?.() !== 0 || !which(["apt-get"])) return;
  process.stdout.write(`Installing what the tests need: ${packages.join(", ")} (Debian packages).\n`);
  await aptGet("update", "-q");
  await aptGet("install", "-y", "-q", "--no-install-recommends", ...packages);
}

/** Its many lines are shown when it fails only. Nothing is asked. */
async function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = spawn("apt-get", args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const lines = [];
  run.stdout.on("data", (chunk) => lines.push(chunk));
  run.stderr.on("data", (chunk) => lines.push(chunk));
  const [code] = await once(run, "close");
  if (code !== 0) throw new Error(`apt-get ${args.join(" ")} failed:\n${Buffer.concat(lines).toString().slice(-2_000)}`);
}

function which(names) {
  // Debian keeps servers in /usr/sbin, which is not in everybody's PATH.
  const folders = [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), "/usr/sbin"];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
