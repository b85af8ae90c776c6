import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * @param {string} root
 * @returns {{ total: number, parts: [string, number][] }} bytes of the files, and of the parts that people ask about
 */
export function weigh(root) {
  const total = bytesUnder(root, root);
  const named = [
    ["Node.js", bytesUnder(root, join(root, "usr/local/bin"))],
    ["packages", bytesUnder(root, join(root, "app/node_modules"))],
    ["our code", bytesUnder(root, join(root, "app/dist"))],
  ];
  const rest = named.reduce((left, [, bytes]) => left - bytes, total);
  return { total, parts: [...named, ["libraries, licences and the rest", rest]] };
}

function bytesUnder(root, path) {
  const status = lstatSync(path);
  if (!status.isDirectory()) return status.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesUnder(root, join(path, name)), 0);
}
