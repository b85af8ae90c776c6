import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { callersFolder, readClientConfig } from "../config.ts";
import { reasonOf, WrongUsage } from "./failure.ts";
import { print, printJson } from "./output.process.ts";
import { type Answered, type Api, createApi, notRekey } from "./rest.client.ts";

/** What the help of a command says. */
export interface Teaching {
  readonly summary: string;
  /** Sentences, without the one about scopes. */
  readonly description: string;
  /** Scopes the application needs. */
  readonly needs: string;
  /** What `--json` prints. */
  readonly json?: string;
  /** Whole lines of a shell. */
  readonly examples: readonly [string, ...string[]];
}

/** A command that speaks to the REST API: its help says which scopes it needs and teaches by examples, and it has `--json`. */
export function apiCommand(parent: Command, name: string, { summary, description, needs, json, examples }: Teaching): Command {
  const heading = examples.length === 1 ? "Example" : "Examples";
  return parent
    .command(name)
    .summary(summary)
    .description(`${description} The application needs ${needs}.`)
    .option("--json", `print ${json ?? "the answer of the API as one JSON document"}`)
    .addHelpText("after", `\n${heading}:\n${examples.map((example) => `  ${example}`).join("\n")}`);
}

/** The API as the environment says. */
export function openApi(): Api {
  return createApi(readClientConfig());
}

/** The path of one thing: what people type into it cannot lead elsewhere. */
export function pathOf(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return strings.reduce((path, part, index) => `${path}${part}${index < values.length ? encodeURIComponent(values[index] ?? "") : ""}`, "");
}

/** An answer that is an object, to be looked through with care. @throws Refused for another one */
export function fieldsOf(api: Api, document: unknown): Readonly<Record<string, unknown>> {
  if (typeof document !== "object" || document === null || Array.isArray(document)) throw notRekey(api.url);
  return document as Record<string, unknown>;
}

export interface Listed {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly nextCursor: string | null;
}

/** The API's largest page. */
const PAGE = 500;

/** A list, page by page, up to so many. */
export async function readList(
  api: Api,
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
  limit = Number.POSITIVE_INFINITY,
): Promise<Listed> {
  const items: Readonly<Record<string, unknown>>[] = [];
  let nextCursor: string | null = null;
  do {
    const asked = { ...query, limit: String(Math.min(PAGE, limit - items.length)), cursor: nextCursor ?? undefined };
    const page = fieldsOf(api, await api.get(path, asked));
    if (!Array.isArray(page.items)) throw notRekey(api.url);
    items.push(...page.items.map((item) => fieldsOf(api, item)));
    nextCursor = typeof page.nextCursor === "string" ? page.nextCursor : null;
  } while (nextCursor !== null && items.length < limit);
  return { items, nextCursor };
}

/** A field as text for a table: "" where there is nothing. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(shown).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A time of the API, for people. */
export function shownAt(value: unknown): string {
  return typeof value === "string" ? `${value.slice(0, 16).replace("T", " ")} UTC` : "";
}

/** 202: the two-person rule. Says so, and answers whether it was that. */
export function waits(api: Api, { status, document }: Answered, json: boolean | undefined): boolean {
  if (status !== 202) return false;
  const { approvalId } = fieldsOf(api, document);
  if (typeof approvalId !== "string") return false;
  if (json) printJson(document);
  else
    print(
      "Nothing is done yet: a second administrator has to approve it within an hour.",
      `The approval is ${approvalId}: \`rekey approvals show ${approvalId}\` tells what became of it.`,
    );
  return true;
}

/** A file that the caller named, from where they stand; `-` is standard input. @throws WrongUsage */
export async function readText(path: string): Promise<string> {
  if (path === "-") return readInput();
  return readFile(resolve(callersFolder(), path), "utf8").catch((error: unknown) => {
    throw new WrongUsage(`${path} cannot be read: ${reasonOf(error)}.`);
  });
}

export async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}

/** @throws WrongUsage for what is no JSON object */
export function jsonObject(text: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, as of any other value.
  }
  throw new WrongUsage(`${name} holds no JSON object.`);
}
