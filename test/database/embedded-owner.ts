/**
 * A Rekey process for tests to kill: locks a DATA_DIR, starts its server, and tells each step on a line of its own.
 * `node embedded-owner.ts DATA_DIR lock|start [place]`. Waits for a line on its input before the lock, and ends with its input.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { lockDataDir } from "../../src/database/data-dir-lock.ts";
import { startEmbeddedPostgres } from "../../src/database/embedded-server.ts";

const [dataDir = "", task, place] = process.argv.slice(2);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const log = { info: (): void => undefined, warn: (_: object, message: string): boolean => say(message) };

const input = createInterface({ input: process.stdin });
say("ready");
await once(input, "line");
try {
  const lock = await lockDataDir(dataDir);
  say("locked");
  if (task === "start") {
    const server = await startEmbeddedPostgres({ dataDir, log, ...(place === undefined ? {} : { places: [place] }) });
    say(server.url);
    await once(input, "close");
    await server.stop();
  } else await once(input, "close");
  await lock.release();
} catch (error) {
  say(`${(error as Error).name}: ${(error as Error).message}`);
  process.exitCode = 1;
}
