import { Problem } from "../kit/problem.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true });
/** Of valid JSON: its strings, and the signs that give it a shape. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;
/** Deeper than any body of ours. */
const DEEPEST = 32;
/** What would reach the prototype of an object, should somebody copy it by name (security.md N11). */
const PROTOTYPES = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads a JSON body as RFC 7493 (I-JSON) wants it: UTF-8 without faults, no half surrogate pairs, no name twice in one object. Where two
 * readers of one body may differ, one checks the first name and another acts on the second (attacks A20, security.md A07).
 * @throws {Problem} `invalid-request`
 */
export function readJsonBody(bytes: Buffer): unknown {
  let text: string;
  let value: unknown;
  try {
    text = UTF8.decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw refused("is not JSON in UTF-8");
  }
  checkTokens(text);
  return value;
}

function checkTokens(text: string): void {
  // The names of each object that is open here; of an array none are added.
  const open: Set<string>[] = [];
  let last = '""';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "{" || token === "[") {
      if (open.push(new Set()) > DEEPEST) throw refused("is too deep");
    } else if (token === "}" || token === "]") open.pop();
    else if (token === ":") addName(open.at(-1), JSON.parse(last) as string);
    else {
      if (token.includes("\\u") && !(JSON.parse(token) as string).isWellFormed()) throw refused("has half of a surrogate pair");
      last = token;
    }
  }
}

function addName(names: Set<string> | undefined, name: string): void {
  if (names?.has(name)) throw refused("has a name twice in one object");
  if (PROTOTYPES.has(name)) throw refused("has a name that is never ours");
  names?.add(name);
}

function refused(what: string): Problem {
  return new Problem("invalid-request", { detail: `The body ${what}.` });
}
