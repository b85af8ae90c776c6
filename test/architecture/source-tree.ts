import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** Path under `src/`, with `/` → text. */
export type SourceTree = ReadonlyMap<string, string>;

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The path under `src/` where the specifier is relative and stays there, else null. */
  readonly file: string | null;
  /** `import type`: gone when the program runs. */
  readonly typeOnly: boolean;
}

export function readSourceTree(folder: string): SourceTree {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  const sources = names.filter((name) => /\.tsx?$/.test(name)).sort();
  return new Map(sources.map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]));
}

const FROM = /^[ \t]*(?:import|export)\b([^;'"]*?)\bfrom\s*["']([^"']+)["']/gm;
const BARE = /^[ \t]*import\s*["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']/g;

export function importsOf(path: string, text: string): Import[] {
  const code = withoutComments(text);
  const from = [...code.matchAll(FROM)].map(([, words = "", specifier = ""]) => ({ specifier, typeOnly: /^\s+type\b/.test(words) }));
  const others = [BARE, DYNAMIC].flatMap((form) => [...code.matchAll(form)].map(([, specifier = ""]) => ({ specifier, typeOnly: false })));
  return [...from, ...others].map((found) => ({ ...found, file: resolve(path, found.specifier) }));
}

/** Good enough for what the rules look for: `//` within a string follows a colon, not a space. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

function resolve(path: string, specifier: string): string | null {
  if (!specifier.startsWith(".")) return null;
  const file = posix.join(posix.dirname(path), specifier);
  return file.startsWith("..") ? null : file;
}

/** Circles of imports that exist when the program runs, as the paths along them. A file may be on several: one of them is told. */
export function importCycles(tree: SourceTree): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path]);
    if (trail.includes(path) || done.has(path)) return;
    for (const { file, typeOnly } of importsOf(path, tree.get(path) ?? "")) {
      if (file !== null && !typeOnly && tree.has(file)) visit(file, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of tree.keys()) visit(path, []);
  return cycles;
}
