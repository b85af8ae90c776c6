// The files that a build may copy: the project's folder, as .dockerignore leaves it.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";

/**
 * @param {string} text of a .dockerignore
 * @returns {(path: string) => boolean} whether a path of the context is left out. The last pattern that fits it, or a folder above, decides
 */
export function readIgnore(text) {
  const lines = text.split("\n").map((line) => line.trim());
  const rules = lines.filter((line) => line !== "" && !line.startsWith("#")).map(ruleOf);
  return (path) => {
    const parts = path.split("/");
    const above = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
    return rules.findLast(({ pattern }) => above.some((prefix) => pattern.test(prefix)))?.leavesOut ?? false;
  };
}

function ruleOf(line) {
  const glob = line.replace(/^!/, "").replace(/^\/|\/$/g, "");
  const source = glob.replace(/[.+^${}()|\\]/g, "\\$&").replace(/\*\*\/?|\*|\?/g, (found) => {
    if (found === "*") return "[^/]*";
    return found === "?" ? "[^/]" : ".*";
  });
  return { leavesOut: !line.startsWith("!"), pattern: new RegExp(`^${source}$`) };
}

/** The files of `folder` that a build sees. */
export function contextOf(folder) {
  const isIgnored = readIgnore(readFileSync(join(folder, ".dockerignore"), "utf8"));
  return { root: folder, takes: (path) => path === folder || holds(folder, path, isIgnored) };
}

/** A folder that is left out is still walked into for what an exception brings back. */
function holds(folder, path, isIgnored) {
  if (!isIgnored(relative(folder, path))) return true;
  return (
    statSync(path).isDirectory() && readdirSync(path).some((name) => name !== "node_modules" && holds(folder, join(path, name), isIgnored))
  );
}

/**
 * COPY: of a folder its content, of a file the file; into a folder when the target ends in a slash or there are several.
 * @param {{ root: string, takes?: (path: string) => boolean }} from
 * @param {string[]} sources
 * @param {string} target an absolute path of the machine
 */
export function copyInto({ root, takes = () => true }, sources, target, targetIsFolder) {
  for (const source of sources) {
    const path = resolve(root, `./${source}`);
    if (!existsSync(path) || !takes(path)) throw new Error(`COPY ${source}: it is not in the context, or .dockerignore leaves it out.`);
    const into = !statSync(path).isDirectory() && targetIsFolder ? join(target, basename(path)) : target;
    mkdirSync(join(into, ".."), { recursive: true });
    cpSync(path, into, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, filter: (file) => takes(file) });
  }
}
