import { countCodePoints, toMatchingForm } from "./matching-form.ts";

/** What a tenant may list, as Microsoft bounds it (entra-sspr.md §5.1). Whoever stores the list enforces it. */
export const BANNED_TERMS = { maxTerms: 1000, minLength: 4, maxLength: 16 } as const;

/** Points from which a password is accepted (entra-sspr.md §5.2, step 4). */
const POINTS_NEEDED = 5;

/**
 * The most that listed terms can earn together. The published rule has no such cap, so five banned words in a row reach five points
 * and pass (C4). With it, three points must come from characters outside the list, which is just what P8, the published
 * acceptance, has.
 */
const MOST_POINTS_FROM_TERMS = 2;

export interface BannedTermLists {
  /** Our own base words. Never shown to anybody. */
  globalTerms: readonly string[];
  /** The tenant's terms. Those that are shorter than four characters when compared are passed over: they are in everything. */
  tenantTerms: readonly string[];
}

export interface BannedTermMatch {
  /** As it stands in the list. */
  term: string;
  list: "global" | "tenant";
}

export interface BannedTermScore {
  points: number;
  /** Five points or more. */
  accepted: boolean;
  /** Each listed term once, however often the password has it. */
  matched: BannedTermMatch[];
}

interface Term extends BannedTermMatch {
  form: string;
}

/**
 * Microsoft's published rule: normalise, find listed terms, one point for each and one for every other character, five accept
 * (entra-sspr.md §5.2–5.4).
 *
 * Exact hits come first, the longest first, without overlap; a term at one edit counts for the whole password only, because a fuzzy
 * "blankf" would swallow a character that P8 counts. Terms count once each, so repeating one does not help (C5).
 * Time is bounded by length × terms; the caller bounds both.
 */
export function scoreAgainstBannedTerms(password: string, lists: BannedTermLists): BannedTermScore {
  const text = toMatchingForm(password);
  const terms = longestFirst(lists);
  const { matched, rest } = findExact(text, terms);
  const points = Math.min(matched.length, MOST_POINTS_FROM_TERMS) + rest;
  if (points < POINTS_NEEDED) return { points, accepted: false, matched: matched.map(asMatch) };
  const near = terms.filter((term) => withinOneEdit(text, term.form));
  if (near.length > 0) return { points: 1, accepted: false, matched: near.map(asMatch) };
  return { points, accepted: true, matched: matched.map(asMatch) };
}

function asMatch({ term, list }: Term): BannedTermMatch {
  return { term, list };
}

/** One entry per compared form. The tenant's list wins, since its administrator's words may be named to the person (§5.5). */
function longestFirst({ globalTerms, tenantTerms }: BannedTermLists): Term[] {
  const byForm = new Map<string, Term>();
  const add = (term: string, list: BannedTermMatch["list"]) => {
    const form = toMatchingForm(term);
    if (!byForm.has(form) && countCodePoints(form) >= BANNED_TERMS.minLength) byForm.set(form, { term, list, form });
  };
  for (const term of tenantTerms) add(term, "tenant");
  for (const term of globalTerms) add(term, "global");
  return [...byForm.values()].sort((a, b) => b.form.length - a.form.length);
}

function findExact(text: string, terms: readonly Term[]): { matched: Term[]; rest: number } {
  const taken = new Uint8Array(text.length);
  const matched = terms.filter(({ form }) => take(text, form, taken));
  let rest = 0;
  let at = 0;
  for (const character of text) {
    if (taken[at] === 0) rest += 1;
    at += character.length;
  }
  return { matched, rest };
}

/** Marks every free place of `form` in `text` as taken, and says whether there was one. */
function take(text: string, form: string, taken: Uint8Array): boolean {
  let found = false;
  for (let at = text.indexOf(form); at !== -1; ) {
    const end = at + form.length;
    const overlap = taken.subarray(at, end).lastIndexOf(1);
    if (overlap === -1) {
      taken.fill(1, at, end);
      found = true;
    }
    at = text.indexOf(form, overlap === -1 ? end : at + overlap + 1);
  }
  return found;
}

/** Levenshtein distance of at most one: the same, or one character put in, left out or changed. */
export function withinOneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let fromEnd = 0;
  while (fromEnd < Math.min(a.length, b.length) - start && a[a.length - 1 - fromEnd] === b[b.length - 1 - fromEnd]) fromEnd += 1;
  return Math.max(a.length, b.length) - start - fromEnd <= 1;
}
