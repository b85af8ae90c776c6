import type { FieldFault } from "../kit/field-faults.ts";
import { rowProblem } from "./import-problems.ts";
import { countryCode, emailValue, languageTag, plainText, type Value } from "./import-values.ts";

/** How each text field of a person is read: as an import reads it, so that both store the same. */
const READERS = {
  displayName: (written: string) => plainText(written, 256),
  givenName: (written: string) => plainText(written, 64),
  surname: (written: string) => plainText(written, 64),
  mail: emailValue,
  preferredLanguage: languageTag,
  usageLocation: countryCode,
} as const satisfies Record<string, (written: string) => Value>;

export type ProfileField = keyof typeof READERS;
export const PROFILE_FIELDS = Object.keys(READERS) as ProfileField[];

/** An absent field means: leave as it is. `null` empties it. */
export type Profile = { readonly [Field in ProfileField]?: string | null };

/** Reads the text fields of a body. Empty text is the same as `null`. */
export function readProfile(body: Profile): { profile: Profile; faults: FieldFault[] } {
  const profile: { -readonly [Field in ProfileField]?: string | null } = {};
  const faults: FieldFault[] = [];
  for (const field of PROFILE_FIELDS) {
    const written = body[field];
    if (written === undefined) continue;
    const read: Value | null = written === null || written.trim() === "" ? null : READERS[field](written);
    if (read?.fault !== undefined) faults.push({ field: `/${field}`, reason: rowProblem(field, read.fault).reason });
    else profile[field] = read?.value ?? null;
  }
  return { profile, faults };
}
