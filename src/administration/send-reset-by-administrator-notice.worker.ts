import type { OneTimeTokens } from "../keys/one-time-tokens.ts";
import type { Clock } from "../kit/clock.ts";
import { resetByAdministratorEmail, resetByAdministratorText } from "../messages/compose-reset-by-administrator.ts";
import { onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import { occasionOf } from "../resets/occasion.ts";
import { tellEverywhere } from "../resets/tell-everywhere.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ContactStore } from "../users/contacts.ts";

export interface SendResetByAdministratorNoticeDeps {
  readonly accounts: AccountStore;
  readonly contacts: ContactStore;
  readonly throttle: ThrottleStore;
  readonly tokens: OneTimeTokens;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly clock: Clock;
  readonly publicUrl: string;
}

export type SendResetByAdministratorNotice = (job: Extract<Job, { task: "send-reset-by-administrator-notice" }>) => Promise<void>;

/**
 * Tells every registered address that somebody else reset the password, and how to object. Not who by name: the record has that, and the message may be
 * read by a thief whom the name would help.
 */
export function createSendResetByAdministratorNotice(deps: SendResetByAdministratorNoticeDeps): SendResetByAdministratorNotice {
  const { accounts, contacts, tokens, email, text, publicUrl } = deps;
  return async ({ userId, linkId, given, at }) => {
    const account = await accounts.findById(userId, "");
    if (account === null || !account.tenant.policy.notifications.users) return;
    const { emails, mobilePhones } = await contacts.contactsOf(userId, account.mail);
    const occasion = occasionOf(account, { at, address: "", device: null, language: "" });
    const link = `${publicUrl}/l/${tokens.tokenOf(linkId)}`;
    const tellings = [
      ...emails.map((to) => ({ to, send: () => email.send(resetByAdministratorEmail(to, occasion, given, link)) })),
      ...mobilePhones.map((to) => ({ to, send: () => text.send(resetByAdministratorText(to, occasion, link)) })),
    ];
    await onBehalfOf({ tenantId: account.tenant.id, userId }, () => tellEverywhere(deps, linkId, tellings));
  };
}
