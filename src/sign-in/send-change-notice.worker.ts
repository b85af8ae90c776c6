import type { OneTimeTokens } from "../keys/one-time-tokens.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { ownChangeEmail, ownChangeText } from "../messages/compose-message.ts";
import { onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import { occasionOf } from "../resets/occasion.ts";
import { openOrigin } from "../resets/origin.ts";
import { tellEverywhere } from "../resets/tell-everywhere.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ContactStore } from "../users/contacts.ts";

export interface SendChangeNoticeDeps {
  readonly accounts: AccountStore;
  readonly contacts: ContactStore;
  readonly throttle: ThrottleStore;
  readonly tokens: OneTimeTokens;
  readonly sealer: Sealer;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly clock: Clock;
  readonly publicUrl: string;
}

export type SendChangeNotice = (job: Extract<Job, { task: "send-change-notice" }>) => Promise<void>;

/** Tells every registered address that the password was changed, as of a reset (NIST SP 800-63B-4 §4.6). */
export function createSendChangeNotice(deps: SendChangeNoticeDeps): SendChangeNotice {
  const { accounts, contacts, tokens, sealer, email, text, publicUrl } = deps;
  return async ({ userId, linkId, origin }) => {
    const account = await accounts.findById(userId, "");
    if (account === null || !account.tenant.policy.notifications.users) return;
    const { emails, mobilePhones } = await contacts.contactsOf(userId, account.mail);
    const occasion = occasionOf(account, openOrigin(sealer, linkId, origin));
    const link = `${publicUrl}/l/${tokens.tokenOf(linkId)}`;
    const tellings = [
      ...emails.map((to) => ({ to, send: () => email.send(ownChangeEmail(to, occasion, link)) })),
      ...mobilePhones.map((to) => ({ to, send: () => text.send(ownChangeText(to, occasion, link)) })),
    ];
    await onBehalfOf({ tenantId: account.tenant.id, userId }, () => tellEverywhere(deps, linkId, tellings));
  };
}
