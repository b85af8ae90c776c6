import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { open, rename, stat } from "node:fs/promises";
import { type Account, runningAs } from "./embedded-account.ts";
import { PORT } from "./embedded-socket.ts";

const LARGEST_LOG = 5_000_000;
const LONGEST_EXCERPT = 2_000;

/**
 * A small server for one process. Given on the command line, so that a new version's settings hold for old data too.
 * `fsync` and the rest of durability stay on: these are real data. Statements and their values do not go to the log (no personal
 * data there); a refused statement is the application's to report.
 */
export const SETTINGS: readonly string[] = [
  "listen_addresses=",
  `port=${PORT}`,
  "unix_socket_permissions=0700",
  "max_connections=60",
  "shared_buffers=64MB",
  "fsync=on",
  "synchronous_commit=on",
  "full_page_writes=on",
  "wal_level=minimal",
  "max_wal_senders=0",
  "max_wal_size=256MB",
  "timezone=UTC",
  "log_timezone=UTC",
  "log_destination=stderr",
  "logging_collector=off",
  "log_min_messages=log",
  "log_min_error_statement=panic",
  "log_error_verbosity=terse",
  "log_checkpoints=off",
];

/** Where the server writes. */
export interface ServerLog extends AsyncDisposable {
  readonly fd: number;
  /** What was written since it was opened, on one line: why a start failed. */
  sinceOpened(): Promise<string>;
}

/** Opens the log (0600) to append to it; one that has grown large is put aside first. */
export async function openServerLog(path: string): Promise<ServerLog> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LARGEST_LOG) await rename(path, `${path}.1`);
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
  const file = await open(path, O_APPEND | O_CREAT | O_NOFOLLOW | O_RDWR, 0o600);
  const start = (await file.stat()).size;
  const sinceOpened = async (): Promise<string> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_EXCERPT), 0, LONGEST_EXCERPT, start);
    return buffer
      .toString("utf8", 0, bytesRead)
      .trim()
      .replace(/\s*\n\s*/g, " | ");
  };
  return { fd: file.fd, sinceOpened, [Symbol.asyncDispose]: () => file.close() };
}

/**
 * Starts the server in a session of its own: Ctrl-C and a closed terminal reach the whole foreground group, and the database must
 * outlive the service that is finishing its requests.
 * @param settings `name=value`
 */
export async function launchServer(
  program: string,
  cluster: string,
  settings: readonly string[],
  account: Account | undefined,
  log: ServerLog,
): Promise<ChildProcess> {
  const args = ["-D", cluster, ...settings.flatMap((setting) => ["-c", setting])];
  const server = spawn(program, args, { ...runningAs(account), detached: true, stdio: ["ignore", log.fd, log.fd] });
  await once(server, "spawn"); // rejects on "error"
  return server;
}
