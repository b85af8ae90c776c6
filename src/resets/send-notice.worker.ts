import type { OneTimeTokens } from "../keys/one-time-tokens.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { DAY } from "../kit/clock.ts";
import { sha256 } from "../kit/seal.ts";
import { passwordChangedEmail, passwordChangedText } from "../messages/compose-message.ts";
import { DeliveryFailure, onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ContactStore } from "../users/contacts.ts";
import { occasionOf } from "./occasion.ts";
import { openOrigin } from "./origin.ts";

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
}

export type SendNotice = (job: Extract<Job, { task: "send-notice" }>) => Promise<void>;

/**
 * Tells every registered address that the password was reset, so that not only the channel that carried the code knows
 * (NIST SP 800-63B-4 §4.6). An address that was told before a later one failed is not told twice by the next attempt.
 */
export function createSendNotice(deps: SendNoticeDeps): SendNotice {
  const { accounts, contacts, tokens, sealer, email, text, publicUrl } = deps;
  return async ({ userId, flowId, linkId, origin }) => {
    const account = await accounts.findById(userId, "");
    if (account === null || !account.tenant.policy.notifications.users) return;
    const { emails, mobilePhones } = await contacts.contactsOf(userId, account.mail);
    const occasion = occasionOf(account, openOrigin(sealer, flowId, origin));
    const link = `${publicUrl}/l/${tokens.tokenOf(linkId)}`;
    const sends = [
      ...emails.map((to) => ({ to, send: () => email.send(passwordChangedEmail(to, occasion, link)) })),
      ...mobilePhones.map((to) => ({ to, send: () => text.send(passwordChangedText(to, occasion, link)) })),
    ];
    const results = await Promise.allSettled(sends.map(({ to, send }) => oncePerAddress(deps, `${linkId} ${to}`, send)));
    const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    // As long as one of them may still get through, all that failed are tried again; what is refused for good is said last.
    const worst = errors.find((error) => !(error instanceof DeliveryFailure && error.final)) ?? errors[0];
    if (worst !== undefined) await onBehalfOf({ tenantId: account.tenant.id, userId, flowId }, () => Promise.reject(worst));
  };
}

/**
 * Noted when it is told, not before: a process that dies in between tells it again rather than never. The queue gives a job to one worker at a
 * time.
 */
async function oncePerAddress({ throttle, clock }: SendNoticeDeps, what: string, send: () => Promise<void>): Promise<void> {
  const key = `notice:${sha256(what)}`;
  if (await throttle.used(key, clock.now())) return;
  await send();
  const now = clock.now();
  // It was told: should this fail, the job is not to be tried again for it.
  await throttle.once(key, now + DAY, now).catch(() => undefined);
}
