import { printable } from "./printable.ts";

/** What an answer refuses with, in words. */
export interface ProblemWords {
  readonly sentence: string;
  /** The places that are wrong, where the problem lists them. */
  readonly places: readonly string[];
}

/**
 * A problem document (RFC 9457) as title, detail and the listed errors. What is no such document (a proxy's page, an OAuth error) is told by its status.
 * @param retryAfter the header, in seconds
 */
export function problemWords(status: number, document: unknown, retryAfter: string | null): ProblemWords {
  const problem = asObject(document);
  const title = text(problem.title) ?? `The service answered ${status}`;
  // `reason` is a sentence where `missing` names what the caller lacks, and a word of the protocol elsewhere.
  const detail = text(problem.detail) ?? (Array.isArray(problem.missing) ? text(problem.reason) : null);
  const wait = /^\d+$/.test(retryAfter ?? "") ? ` Try again in ${retryAfter} s.` : "";
  const sentence = detail === null ? `${stopped(title)}` : `${title.replace(/\.$/, "")}: ${stopped(detail)}`;
  return { sentence: printable(sentence + wait), places: [...listed(problem.errors), ...listed(problem.reasons)].map(printable) };
}

function listed(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((one) => {
    if (typeof one === "string") return one;
    const { field, reason } = asObject(one);
    return [text(field)?.replace(/^\//, ""), text(reason)].filter(Boolean).join(": ");
  });
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function stopped(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
