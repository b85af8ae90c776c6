/** What an application may be let do (contract, section 4), in the words of OAuth. */
export const SCOPES = [
  "users:read",
  "users:write",
  "groups:read",
  "groups:write",
  "methods:read",
  "methods:write",
  "policy:read",
  "policy:write",
  "resets:write",
  "audit:read",
  "reports:read",
  "directories:read",
  "directories:write",
  "events:write",
] as const;
export type Scope = (typeof SCOPES)[number];

/** What people alone may be let do: no application has any of these. */
const OF_PEOPLE = ["roles:write", "tenant:write"] as const;

/** What a call of the administration needs: applications have it as a scope, people by their roles (`users/rights.ts`). */
export type Right = Scope | (typeof OF_PEOPLE)[number];
export const RIGHTS: readonly Right[] = [...SCOPES, ...OF_PEOPLE];

export function isRight(word: string): word is Right {
  return RIGHTS.includes(word as Right);
}
