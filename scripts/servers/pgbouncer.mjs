import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unprivilegedAccount } from "./postgres.mjs";
import { onFreePort, spawnServer } from "./spawned.mjs";

/**
 * A PgBouncer of our own on a random loopback port, in transaction mode before the PostgreSQL of `url`, which leads to all its
 * databases. As strict as it is shipped: it refuses what it does not know at the start of a session.
 * @param {{ url: string, program?: string, settings?: Record<string, string> }} options `url`: a superuser's, with its password;
 *   `program`: where it is not in the PATH; `settings`: further ones of pgbouncer.ini
 */
export function startPgBouncer({ url, program = process.env.TEST_PGBOUNCER ?? "pgbouncer", settings = {} }) {
  return onFreePort(async (port) => {
    const target = new URL(url);
    // PgBouncer refuses root, as PostgreSQL does.
    const account = process.getuid?.() === 0 ? await unprivilegedAccount() : null;
    const folder = await mkdtemp(join(tmpdir(), "rekey-pgbouncer-"));
    try {
      await writeSettings(folder, target, { listen_port: String(port), ...settings });
      if (account) await Promise.all(["", "pgbouncer.ini", "users"].map((name) => chown(join(folder, name), account.uid, account.gid)));
      const args = ["-q", join(folder, "pgbouncer.ini")];
      const server = await spawnServer({ name: "PgBouncer", command: program, args, folder, account, ready: () => accepts(port) });
      target.port = String(port);
      return { ...server, port, url: target.href };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  });
}

async function writeSettings(folder, { hostname, port, username, password }, settings) {
  const all = {
    listen_addr: "127.0.0.1",
    auth_type: "scram-sha-256",
    auth_file: join(folder, "users"),
    pool_mode: "transaction",
    default_pool_size: "8",
    max_client_conn: "500",
    unix_socket_dir: "",
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  const ini = `[databases]\n* = host=${hostname} port=${port}\n[pgbouncer]\n${lines.join("\n")}\n`;
  await writeFile(join(folder, "pgbouncer.ini"), ini, { mode: 0o600 });
  await writeFile(join(folder, "users"), `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`, { mode: 0o600 });
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1")
      .once("connect", () => resolve(true))
      .once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
