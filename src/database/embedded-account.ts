import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

/** An operating system account that PostgreSQL runs as. `undefined` stands for the account of this process. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * What PostgreSQL's programs see of the environment: nothing of ours, so that neither `PG…` variables nor `LD_LIBRARY_PATH` nor
 * our secrets reach them.
 */
export const CHILD_ENVIRONMENT = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C", TZ: "UTC" };

/**
 * The account that runs the cluster. An ordinary user runs it as itself; PostgreSQL refuses root, so root uses an account that is
 * there already: the owner of an existing cluster, else `postgres`, else `nobody`, else any (initdb wants one that has a name).
 * @param owner who owns the existing cluster, if there is one
 * @throws one sentence when no account will do
 */
export async function chooseAccount(owner?: { uid: number; gid: number }): Promise<Account | undefined> {
  const me = process.geteuid?.();
  if (me !== 0) {
    if (owner && owner.uid !== me)
      throw new Error(
        `The embedded database belongs to uid ${owner.uid}, but this process is uid ${me}: start Rekey as that account, or set another DATA_DIR.`,
      );
    return undefined;
  }
  if (owner?.uid === 0)
    throw new Error(
      "The embedded database belongs to root, which PostgreSQL refuses: give its folder `postgres` to an ordinary account (chown -R).",
    );
  const all = parseAccounts(await readFile("/etc/passwd", "utf8").catch(() => ""));
  const account = owner
    ? (all.find(({ uid }) => uid === owner.uid) ?? { name: `uid ${owner.uid}`, ...owner })
    : (all.find(({ name }) => name === "postgres") ?? all.find(({ name }) => name === "nobody") ?? all[0]);
  if (!account)
    throw new Error(
      "PostgreSQL refuses to run as root, and /etc/passwd names no other account: start Rekey as an ordinary user, or set DATABASE_URL.",
    );
  if (await canEnter(account, "/")) return account;
  throw new Error(
    `PostgreSQL refuses to run as root, and this process may not become ${account.name}: start Rekey as an ordinary user, or set DATABASE_URL.`,
  );
}

/** The ordinary accounts of a passwd(5) file. */
export function parseAccounts(passwd: string): Account[] {
  return passwd
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 7 && /^\d+$/.test(fields[2] ?? "") && /^\d+$/.test(fields[3] ?? ""))
    .map(([name, , uid, gid]) => ({ name: name as string, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0);
}

/** The options of `child_process` that make a child run as the account, away from whatever folder we were started in. */
export function runningAs(account: Account | undefined): { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number } {
  return { cwd: "/", env: CHILD_ENVIRONMENT, ...(account && { uid: account.uid, gid: account.gid }) };
}

/** Runs a program to its end as the account. `output` is what it wrote, or why it could not be started. */
export function runAs(account: Account | undefined, program: string, args: readonly string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    try {
      execFile(program, args, runningAs(account), (error, stdout, stderr) =>
        resolve({ ok: error === null, output: `${stdout}${stderr}`.trim() || (error?.message ?? "") }),
      );
    } catch (error) {
      resolve({ ok: false, output: (error as Error).message });
    }
  });
}

/** Asks the kernel, not the mode bits, so that access lists and confinement count too. */
export async function canEnter(account: Account | undefined, folder: string): Promise<boolean> {
  return (await runAs(account, "/bin/sh", ["-c", 'cd -- "$1"', "sh", folder])).ok;
}
