import type { Account } from "../users/account.ts";
import type { PasswordHasher } from "./password-hasher.ts";
import { judgePassword, type PasswordContext, type PasswordVerdict } from "./password-policy.ts";

/** Judges a new password for a person: by the tenant's policy, and against the passwords that may not come back. */
export type JudgeNewPassword = (account: Account, password: string) => Promise<PasswordVerdict>;

interface Deps {
  readonly hasher: PasswordHasher;
  /** The current hash first, then former ones. */
  readonly formerHashes: (userId: string, count: number) => Promise<readonly string[]>;
}

/** The same rules wherever a password is set: reset, change, temporary, import (security.md E19). */
export function createJudgeNewPassword({ hasher, formerHashes }: Deps): JudgeNewPassword {
  return async (account, password) => {
    const { policy } = account.tenant;
    const verdict = judgePassword(password, passwordContext(account, account.tenant));
    // The hashes cost time: only a password that is good otherwise is compared with them.
    if (!verdict.ok || policy.passwords.history === 0) return verdict;
    for (const phc of await formerHashes(account.id, policy.passwords.history))
      if (await hasher.verify(password, phc)) return { ok: false, reasons: ["in-history"], strength: verdict.strength };
    return verdict;
  };
}

type Person = Pick<Account, "userPrincipalName" | "displayName" | "givenName" | "surname" | "mail">;

/** What a password is judged against: the rules of the organisation, and the names that may not be in it. */
export function passwordContext(person: Person, { name, policy }: Pick<Account["tenant"], "name" | "policy">): PasswordContext {
  return {
    minLength: policy.passwords.minLength,
    bannedTerms: policy.passwords.bannedTerms,
    personNames: personNames(person),
    tenantNames: [name, domainOf(person.userPrincipalName)],
  };
}

function personNames(account: Person): string[] {
  const [localPart] = account.userPrincipalName.split("@");
  const [mailbox] = account.mail?.split("@") ?? [];
  return [account.givenName, account.surname, account.displayName, localPart, mailbox].filter(
    (name): name is string => typeof name === "string" && name !== "",
  );
}

function domainOf(userPrincipalName: string): string {
  return userPrincipalName.slice(userPrincipalName.lastIndexOf("@") + 1);
}
