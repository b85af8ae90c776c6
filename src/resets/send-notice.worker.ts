import type { OneTimeTokens } from "../keys/one-time-tokens.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { passwordChangedEmail, passwordChangedText, unlockedEmail, unlockedText } from "../messages/compose-message.ts";
import { onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import type { RecordSent } from "../messages/sent.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ContactStore } from "../users/contacts.ts";
import { occasionOf } from "./occasion.ts";
import { openOrigin } from "./origin.ts";
import { tellEverywhere } from "./tell-everywhere.ts";

export interface SendNoticeDeps {
  readonly accounts: AccountStore;
  readonly contacts: ContactStore;
  readonly throttle: ThrottleStore;
  readonly tokens: OneTimeTokens;
  readonly sealer: Sealer;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly recordSent: RecordSent;
}

export type SendNotice = (job: Extract<Job, { task: "send-notice" }>) => Promise<void>;

/**
 * Tells every registered address that the password was reset or the account unlocked, so that not only the channel that carried the code knows
 * (NIST SP 800-63B-4 §4.6).
 */
export function createSendNotice(deps: SendNoticeDeps): SendNotice {
  const { accounts, contacts, tokens, sealer, email, text, publicUrl } = deps;
  return async (job) => {
    const { userId, flowId, origin } = job;
    const account = await accounts.findById(userId, "");
    if (account === null || !account.tenant.policy.notifications.users) return;
    const { emails, mobilePhones } = await contacts.contactsOf(userId, account.mail);
    const occasion = occasionOf(account, openOrigin(sealer, flowId, origin));
    const link = job.notice === "password-changed" ? `${publicUrl}/l/${tokens.tokenOf(job.linkId)}` : null;
    const sends = [
      ...emails.map((to) => ({
        to,
        send: () => email.send(link === null ? unlockedEmail(to, occasion) : passwordChangedEmail(to, occasion, link)),
      })),
      ...mobilePhones.map((to) => ({
        to,
        send: () => text.send(link === null ? unlockedText(to, occasion) : passwordChangedText(to, occasion, link)),
      })),
    ];
    const about = job.notice === "password-changed" ? job.linkId : `unlocked ${flowId}`;
    const subject = { tenantId: account.tenant.id, userId, flowId };
    await onBehalfOf(subject, () => tellEverywhere(deps, about, sends));
    if (sends.length > 0) await deps.recordSent(subject, { task: "send-notice", addresses: sends.length });
  };
}
