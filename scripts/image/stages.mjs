// Follows the stages of a Dockerfile, each in a folder that was empty. In place of a base image stands this machine's own system, read
// only, with the Node.js from npm in /usr/local, where the official images have theirs.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { copyInto } from "./build-context.mjs";
import { readCommand, readCopy, readPairs } from "./dockerfile.mjs";
import { inRoot } from "./in-root.mjs";

const BASE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * @typedef {{ root: string, env: Record<string, string>, workdir: string, user: string, command: string[], health: string[] }} Image
 * @param {import("./dockerfile.mjs").Stage[]} stages
 * @param {{ folder: string, context: { root: string, takes: (path: string) => boolean }, node: string }} options
 * @returns {Image} the last stage
 */
export function followStages(stages, { folder, context, node }) {
  const done = new Map();
  for (const stage of stages) {
    const image = startOf(stage, join(folder, stage.name), done, node);
    for (const step of stage.steps) {
      process.stdout.write(`${stage.name.padEnd(9)} ${step.instruction} ${step.text.replace(/\s+/g, " ").slice(0, 110)}\n`);
      follow(step, image, { context, done });
    }
    done.set(stage.name, image);
  }
  return done.get(stages.at(-1).name);
}

function startOf({ base }, root, done, node) {
  mkdirSync(root, { recursive: true });
  const blank = { root, env: {}, workdir: "/", user: "0:0", command: [], health: [], mounts: [] };
  if (base === "scratch") return blank;
  const before = done.get(base);
  if (before !== undefined) {
    cpSync(before.root, root, { recursive: true, verbatimSymlinks: true });
    return { ...before, root };
  }
  return { ...blank, env: { PATH: BASE_PATH, HOME: "/root" }, mounts: standIn(root, node) };
}

/** The folders of this system that a base image has, to be mounted read only, and a /usr/local of our own before them. */
function standIn(root, node) {
  for (const name of ["bin", "lib", "lib64", "sbin"])
    if (lstatSync(`/${name}`, { throwIfNoEntry: false })?.isSymbolicLink()) symlinkSync(readlinkSync(`/${name}`), join(root, name));
  const local = `${root}.local`;
  mkdirSync(join(local, "bin"), { recursive: true });
  mkdirSync(join(local, "lib", "node_modules"), { recursive: true });
  cpSync(node, join(local, "bin", "node"));
  const npm = dirname(dirname(realpathSync(execFileSync("which", ["npm"], { encoding: "utf8" }).trim())));
  cpSync(npm, join(local, "lib", "node_modules", "npm"), { recursive: true, dereference: true });
  for (const name of ["npm", "npx"]) symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, "bin", name));
  for (const name of ["root", "tmp", "var"]) mkdirSync(join(root, name));
  chmodSync(join(root, "tmp"), 0o1777);
  const system = ["/usr", "/etc", "/var/lib/dpkg"].filter(existsSync).map((path) => ({ from: path, to: path }));
  return [...system, { from: local, to: "/usr/local" }];
}

function follow(step, image, { context, done }) {
  const at = (path) => join(image.root, resolve(image.workdir, path));
  if (step.instruction === "ENV") Object.assign(image.env, readPairs(step));
  else if (step.instruction === "WORKDIR") {
    image.workdir = resolve(image.workdir, step.text);
    mkdirSync(at("."), { recursive: true });
  } else if (step.instruction === "USER") image.user = step.text;
  else if (step.instruction === "CMD") image.command = readCommand(step);
  else if (step.instruction === "HEALTHCHECK") image.health = readCommand(step);
  else if (step.instruction === "COPY") {
    const { from, sources, target } = readCopy(step);
    if (from !== undefined && !done.has(from)) throw new Error(`Dockerfile, line ${step.line}: there is no stage ${from} before this one.`);
    copyInto(from === undefined ? context : done.get(from), sources, at(target), target.endsWith("/") || sources.length > 1);
  } else if (step.instruction === "RUN") run(step, image);
}

function run({ text, line }, image) {
  // The machine's own registry and certificates: `npm config`, and nothing else of it.
  const npm = ["registry", "cafile", "strict-ssl", "proxy", "https-proxy"].flatMap((name) => {
    const value = spawnSync("npm", ["config", "get", name], { encoding: "utf8" }).stdout.trim();
    return ["null", "undefined", ""].includes(value) ? [] : [[`npm_config_${name.replaceAll("-", "_")}`, value]];
  });
  const script = join(image.root, "tmp", "run.sh");
  writeFileSync(script, `set -e\n${text}\n`);
  const { NODE_EXTRA_CA_CERTS: authorities } = process.env;
  const env = { ...image.env, ...Object.fromEntries(npm), ...(authorities === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorities }) };
  const { command, args } = inRoot({ ...image, env, user: "0:0", tmpfs: [], writable: true }, ["/bin/sh", "/tmp/run.sh"]);
  const ended = spawnSync(command, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  if (ended.status !== 0)
    throw new Error(`Dockerfile, line ${line}: RUN ended with ${ended.status}.\n${ended.stdout}${ended.stderr}`.slice(-4_000));
}
