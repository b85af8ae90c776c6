import { styleText } from "node:util";
import { type Column, table } from "./table.ts";

/**
 * What a command says. The result goes to standard output and nothing else does, so that it can be piped; everything besides goes
 * to standard error. Colours by `styleText`: on a terminal alone, and not under NO_COLOR.
 */
export function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** The one document of `--json`. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** @param columns titles in capitals stand apart without colour too */
export function printTable(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
  const [titles = "", ...lines] = table(columns, rows, process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY);
  print(styleText("bold", titles, { stream: process.stdout }), ...lines);
}

/** Names and values below each other, indented. */
export function printFields(fields: readonly (readonly [name: string, value: string])[], align: Column["align"] = "left"): void {
  const columns: Column[] = [{ title: "" }, { title: "", align }];
  const [, ...lines] = table(columns, fields, Number.POSITIVE_INFINITY);
  print(...lines.map((line) => `  ${line}`));
}

export function emphasised(text: string): string {
  return styleText("bold", text, { stream: process.stdout });
}

export function faint(text: string): string {
  return styleText("dim", text, { stream: process.stdout });
}

/** What may interest whoever watches. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function warn(text: string): void {
  process.stderr.write(`${styleText("yellow", "warning:", { stream: process.stderr })} ${text}\n`);
}

export function complain(text: string): void {
  process.stderr.write(`${styleText("red", "error:", { stream: process.stderr })} ${text}\n`);
}
