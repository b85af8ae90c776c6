// A server for the length of a run: its own folder, a random port, and a guard that ends it even when we are killed outright.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits until its input closes: because we asked, or because we died, by SIGKILL too. Then ends the server, gently first, and
 * removes its folder. The one way down, so the way down after a crash is walked in every run. Told to leave, it does nothing:
 * another guard has taken over.
 */
const GUARD = `read -r word
[ "$word" = leave ] && exit 0
kill -INT "$1" 2>/dev/null
for _ in $(seq 100); do kill -0 "$1" 2>/dev/null || break; sleep 0.05; done
kill -KILL "$1" 2>/dev/null
rm -rf "$2"`;

const READY_MS = 30_000;
const PORT_TRIES = 5;

/**
 * Starts `command` detached from our terminal's signals and waits until `ready()` says yes.
 * @param {{ name: string, command: string, args: string[], folder: string, account?: { uid: number, gid: number } | null,
 *   ready: () => Promise<boolean> }} server `folder` is removed when the server stops or does not start; its log is `folder/log`
 * @returns {Promise<{ pid: number, stop: (() => Promise<void>) & { leave: () => void } }>}
 */
export async function spawnServer({ name, command, args, folder, account, ready }) {
  const log = openSync(`${folder}/log`, "a");
  const server = spawn(command, args, { cwd: folder, detached: true, stdio: ["ignore", log, log], ...account });
  closeSync(log);
  await once(server, "spawn").catch((error) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  const stop = guard(server.pid, folder);
  server.unref();
  const deadline = Date.now() + READY_MS;
  while (!(await ready())) {
    if (server.exitCode === null && server.signalCode === null && Date.now() < deadline) {
      await pause(25);
      continue;
    }
    const words = readFileSync(`${folder}/log`, "utf8").slice(-2_000);
    await stop();
    throw new Error(`${name} did not start.\n${words}`);
  }
  return { pid: server.pid, stop };
}

/**
 * Sees to it that a process (or, with a negative number, a process group) ends at the latest when we do.
 * @param {number} target
 * @param {string} [folder] removed after it
 * @returns {(() => Promise<void>) & { leave: () => void }} ends it now; resolves when it is gone. `leave` ends the watch alone
 */
export function guard(target, folder = "") {
  const process = spawn("/bin/sh", ["-c", GUARD, "guard", String(target), folder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  const gone = once(process, "exit");
  process.unref();
  process.stdin.unref();
  const end = async () => {
    process.ref();
    process.stdin.end();
    await gone;
  };
  return Object.assign(end, { leave: () => void process.stdin.end("leave\n") });
}

/**
 * Runs `start` with a loopback port that was free a moment ago, and again with another when somebody was faster.
 * @template T
 * @param {(port: number) => Promise<T>} start
 * @returns {Promise<T>}
 */
export async function onFreePort(start) {
  for (let tries = 1; ; tries++) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (tries === PORT_TRIES || !/address already in use/i.test(String(error))) throw error;
    }
  }
}

async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address();
  listener.close();
  await once(listener, "close");
  return port;
}
