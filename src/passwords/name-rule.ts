import { countCodePoints, toMatchingForm } from "./matching-form.ts";

/** Shorter names are in too many words to be refused (entra-sspr.md §5.2, step 2). */
const SHORTEST_NAME = 4;

/**
 * Whether the password contains a name of the person: a hard refusal, not a term that earns a point, or P5 and P6 would pass
 * (entra-sspr.md §5.4, item 2; security.md E07).
 * @param names given name, surname, display name, user name, mail address or its local part. Each is taken whole, without its
 *   separators, and in its parts; of an address the local part counts. Parts of fewer than four characters are passed over.
 */
export function containsPersonName(password: string, names: readonly string[]): boolean {
  return containsAny(
    password,
    names.map((name) => name.split("@", 1)[0] ?? ""),
  );
}

/**
 * Whether the password contains a name of the organisation.
 * @param names display names and domains of the tenant. A domain (a dot and no blank) counts without its last label, so that
 *   `contoso.example` refuses "contoso" and not "example".
 */
export function containsTenantName(password: string, names: readonly string[]): boolean {
  return containsAny(
    password,
    names.map((name) => (/^\S+\.\S+$/.test(name) ? name.slice(0, name.lastIndexOf(".")) : name)),
  );
}

function containsAny(password: string, names: readonly string[]): boolean {
  const text = toMatchingForm(password);
  return names.flatMap(spellings).some((spelling) => text.includes(spelling));
}

/** Split before the form is made: the form turns `@` and `$`, which separate, into letters. */
function spellings(name: string): string[] {
  const parts = nameParts(name);
  const all = [name, parts.join(""), ...parts].map(toMatchingForm);
  return all.filter((spelling) => countCodePoints(spelling) >= SHORTEST_NAME);
}

/** The words of a name: "Anna-Lena Öst" → Anna, Lena, Öst. */
export function nameParts(name: string): string[] {
  return name.split(/[^\p{L}\p{M}\p{N}]+/u).filter((part) => part !== "");
}
