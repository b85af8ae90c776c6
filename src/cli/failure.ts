import { ConfigMistakes } from "../config.ts";

/** How a command ended (contract, section 8). */
export const EXIT = { done: 0, failed: 1, wrongUsage: 2 } as const;

/** It was called in a way that cannot be right; nothing was done. Exit code 2. */
export class WrongUsage extends Error {
  override readonly name = "WrongUsage";
}

/** It was understood, and could not be done. Exit code 1. */
export class Refused extends Error {
  override readonly name = "Refused";
  /** What is wrong, one by one, where it is more than the sentence says. */
  readonly places: readonly string[];

  constructor(sentence: string, { places = [], cause }: { places?: readonly string[]; cause?: unknown } = {}) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.places = places;
  }
}

export function exitCodeOf(error: unknown): number {
  return error instanceof WrongUsage ? EXIT.wrongUsage : EXIT.failed;
}

/** What went wrong, for a person: one sentence, and the places below it where there are several. */
export function wordsOf(error: unknown): string {
  if (error instanceof Refused) return [error.message, ...error.places.map((place) => `  - ${place}`)].join("\n");
  if (error instanceof ConfigMistakes || error instanceof WrongUsage) return error.message;
  const reason = reasonOf(error);
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}

/** The reason that a library gives, without a full stop. A host with several addresses fails once for each: one is told. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.message === "" || error.message === "fetch failed") return error.cause === undefined ? error.name : reasonOf(error.cause);
  // Of "ENOENT: no such file or directory, open '/people.csv'" what is between: the sentence around it names the file.
  return error.message.replace(/^E[A-Z]+: (.+), \w+(?: '.*')?$/, "$1").replace(/\.$/, "");
}
