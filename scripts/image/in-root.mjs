// A command inside of a folder taken for the root of a system, as a container runs it: in a mount namespace of its own, with /proc, /dev
// and the names of hosts from outside. By `unshare` of util-linux; needs root (or a user namespace that maps the accounts).
import { existsSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What Docker mounts into every container. */
const FROM_OUTSIDE = ["/proc", "/dev", "/etc/hosts", "/etc/resolv.conf"];

/**
 * @param {{ root: string, env: Record<string, string>, workdir: string, user: string, mounts: { from: string, to: string }[], tmpfs: string[], writable: boolean }} image
 *   `mounts` are read only; `tmpfs` are folders of the image that can be written to; `writable: false` makes all the rest of the root read only
 * @param {string[]} argv
 * @returns {{ command: string, args: string[] }} to be spawned; the process becomes the command, so that signals reach it
 */
export function inRoot({ root, env, workdir, user, mounts, tmpfs, writable }, argv) {
  const outside = FROM_OUTSIDE.filter((path) => !mounts.some(({ to }) => path.startsWith(`${to}/`))).map((path) => ({
    from: path,
    to: path,
  }));
  for (const { from, to } of [...mounts, ...outside]) placeFor(from, join(root, to), mounts, to);
  const [uid, gid] = user.split(":");
  const steps = [
    "set -e",
    "mount --make-rprivate /",
    `mount --bind "$ROOT" "$ROOT"`,
    ...mounts.flatMap(({ from, to }) => [
      `mount --bind ${quoted(from)} "$ROOT"${quoted(to)}`,
      `mount -o remount,bind,ro "$ROOT"${quoted(to)}`,
    ]),
    ...outside.map(({ from, to }) => `mount --rbind ${quoted(from)} "$ROOT"${quoted(to)}`),
    ...tmpfs.map((path) => `mount -t tmpfs -o mode=1777 tmpfs "$ROOT"${quoted(path)}`),
    ...(writable ? [] : [`mount -o remount,bind,ro "$ROOT"`]),
    // As `no-new-privileges` has it. Capabilities go with the account of root.
    `exec setpriv --no-new-privs env -i "$@"`,
  ];
  const become = [`--root=${root}`, `--wd=${workdir}`, `--setgid=${gid}`, `--setuid=${uid}`, ...absolute(argv, env, root)];
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  // `env -i` looks `unshare` up in what it was given: by its full name, since the image's PATH is the image's.
  const unshare = ["/usr/bin/unshare", "/bin/unshare"].find(existsSync);
  return {
    command: "unshare",
    args: ["--mount", "/bin/sh", "-c", `ROOT=${quoted(root)}\n${steps.join("\n")}`, "sh", ...variables, unshare, ...become],
  };
}

/** The program of a command as the image's own PATH has it. */
function absolute([program, ...args], env, root) {
  if (program.includes("/")) return [program, ...args];
  const folder = (env.PATH ?? "").split(":").find((path) => existsSync(join(root, path, program)));
  if (folder === undefined) throw new Error(`${program} is not in the image's PATH.`);
  return [join(folder, program), ...args];
}

/** Docker makes the places of its mounts. Inside of what is mounted there are places already. */
function placeFor(from, place, mounts, to) {
  if (existsSync(place) || mounts.some((mount) => to !== mount.to && to.startsWith(`${mount.to}/`))) return;
  if (lstatSync(from).isDirectory()) mkdirSync(place, { recursive: true });
  else {
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, "");
  }
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
