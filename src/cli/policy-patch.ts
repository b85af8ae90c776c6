import { WrongUsage } from "./failure.ts";

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

/** Members that are lists, however few values are typed: `groups=` is none, `methods=email,sms` two. */
const LISTS = ["groups", "methods", "bannedTerms", "ownNetworks", "custom"];

/**
 * A merge patch out of `path=value`, such as `scope=selected methodsRequired=2 registration.skipDays=0`. A value is JSON where it reads as such,
 * and text elsewhere; a list has commas between its values.
 * @throws WrongUsage
 */
export function patchOf(pairs: readonly string[]): JsonObject {
  const patch: JsonObject = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const path = pair.slice(0, at).split(".");
    if (at < 1 || path.some((name) => !/^[A-Za-z]+$/.test(name)))
      throw new WrongUsage(`${pair}: give path=value, such as methodsRequired=2.`);
    put(patch, path, readValue(path.at(-1) ?? "", pair.slice(at + 1)), pair);
  }
  return patch;
}

function put(patch: JsonObject, path: readonly string[], value: Json, pair: string): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    if (Object.hasOwn(patch, name)) throw new WrongUsage(`${pair}: it is given twice.`);
    patch[name] = value;
    return;
  }
  const inner = patch[name] ?? {};
  if (typeof inner !== "object" || inner === null || Array.isArray(inner))
    throw new WrongUsage(`${pair}: ${name} is given as a whole already.`);
  patch[name] = inner;
  put(inner, rest, value, pair);
}

function readValue(name: string, written: string): Json {
  try {
    return JSON.parse(written) as Json;
  } catch {
    if (!LISTS.includes(name)) return written;
    return written === "" ? [] : written.split(",").map((one) => one.trim());
  }
}

/** A change as one line for each member: "methodsRequired: 1 → 2". */
export function differences(before: unknown, after: unknown, path = ""): string[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => differences(before[name], after[name], path === "" ? name : `${path}.${name}`));
  }
  const [was, is] = [JSON.stringify(before) ?? "nothing", JSON.stringify(after) ?? "nothing"];
  return was === is ? [] : [`${path}: ${was} → ${is}`];
}

/** Every member of a policy with its value, by path. */
export function members(value: unknown, path = ""): [path: string, value: string][] {
  if (isObject(value)) return Object.entries(value).flatMap(([name, one]) => members(one, path === "" ? name : `${path}.${name}`));
  const text = Array.isArray(value) ? value.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join(",") : String(value);
  return [[path, text]];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
