import type { Random } from "../kit/random.ts";
import { passwordContext } from "../passwords/judge-new-password.ts";
import { judgePassword } from "../passwords/password-policy.ts";
import { newTemporaryPassword } from "../passwords/temporary-password.ts";
import type { Account } from "../users/account.ts";

/** More made-up words happen to hold a banned term than so often in a row only where the rules allow nothing. */
const TRIES = 20;

/** A password that can be read out and that the person's own rules allow: it may be made to last. */
export function generatePassword(
  random: Random,
  account: Pick<Account, "tenant" | "userPrincipalName" | "displayName" | "givenName" | "surname" | "mail">,
): string {
  const context = passwordContext(account, account.tenant);
  let password = "";
  for (let tries = 0; tries < TRIES; tries += 1) {
    password = newTemporaryPassword(random);
    while (password.length < context.minLength) password += `-${newTemporaryPassword(random)}`;
    if (judgePassword(password, context).ok) return password;
  }
  return password;
}
