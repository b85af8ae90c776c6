import { Problem } from "../kit/problem.ts";

/** The strong entity tag of a version (RFC 9110 §8.8.3). */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** Whether a version is one that the caller has seen. */
export type MatchesVersion = (version: number) => boolean;

/**
 * Reads If-Match with the strong comparison (RFC 9110 §13.1.1): a weak tag never matches. `*` matches whatever is there.
 * @throws {Problem} `precondition-required` without the header, so that nobody overwrites unseen what another wrote (RFC 6585 §3)
 */
export function ifMatch(header: string | undefined): MatchesVersion {
  if (header === undefined) throw new Problem("precondition-required");
  const tags = header.split(",").map((tag) => tag.trim());
  return (version) => tags.includes("*") || tags.includes(entityTag(version));
}
