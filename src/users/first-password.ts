import { passwordContext } from "../passwords/judge-new-password.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { judgePassword, type PasswordVerdict } from "../passwords/password-policy.ts";
import type { TenantFacts } from "../tenants/tenant.ts";

/** Whose password it is to be, as far as it is known. */
export interface PasswordOwner {
  readonly userPrincipalName: string;
  readonly displayName?: string | null;
  readonly givenName?: string | null;
  readonly surname?: string | null;
  readonly mail?: string | null;
}

export type FirstPassword =
  | { readonly ok: true; readonly phc: string }
  | { readonly ok: false; readonly verdict: Extract<PasswordVerdict, { ok: false }> };

/** Judges and hashes the password that somebody starts with, by the rules that hold wherever a password is set (security.md E19). */
export async function makeFirstPassword(
  password: string,
  owner: PasswordOwner,
  tenant: TenantFacts,
  hasher: Pick<PasswordHasher, "hash">,
): Promise<FirstPassword> {
  const { userPrincipalName, displayName = null, givenName = null, surname = null, mail = null } = owner;
  const verdict = judgePassword(password, passwordContext({ userPrincipalName, displayName, givenName, surname, mail }, tenant));
  return verdict.ok ? { ok: true, phc: await hasher.hash(password) } : { ok: false, verdict };
}
