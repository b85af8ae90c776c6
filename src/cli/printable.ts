/** Control characters, and those with which text is shown in another order than it is written. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]/gu;

/**
 * Text that comes from elsewhere (a file, a name, an answer) fit for one line of a terminal: an escape sequence in a display name
 * must not move the cursor, colour the screen or hide a row.
 */
export function printable(text: string): string {
  return text.replaceAll(UNSAFE, "\ufffd");
}

/** "12,345". The same in every locale, as are the words around it. */
export function grouped(count: number): string {
  return new Intl.NumberFormat("en").format(count);
}

/** "2026-11-22 08:57 UTC". @param at milliseconds since 1970 */
export function shownTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
