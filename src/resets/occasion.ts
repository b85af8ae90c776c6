import { chooseLanguage } from "../kit/language.ts";
import type { Occasion } from "../messages/compose-message.ts";
import type { Account } from "../users/account.ts";
import type { SealedOrigin } from "./origin.ts";

/** What a message to this person about this request may say. The person's own language comes before that of the page. */
export function occasionOf(account: Account, origin: SealedOrigin): Occasion {
  return {
    language: chooseLanguage(account.preferredLanguage, origin.language),
    organisation: account.tenant.name,
    account: account.userPrincipalName,
    name: account.givenName ?? account.displayName,
    at: origin.at,
    address: origin.address,
    device: origin.device,
  };
}
