import { type Clock, DAY } from "../kit/clock.ts";
import { cannotResetEmail, cannotResetText } from "../messages/compose-message.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { IneligibleReason } from "../policy/eligibility.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import type { ContactStore } from "../users/contacts.ts";
import { occasionOf } from "./occasion.ts";
import type { SealedOrigin } from "./origin.ts";

export interface SendNoteDeps {
  readonly contacts: ContactStore;
  readonly throttle: ThrottleStore;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly clock: Clock;
}

/** @param cause the challenge whose job it is, the same in every attempt */
export type SendNote = (account: Account, reason: IneligibleReason, origin: SealedOrigin, cause: string) => Promise<void>;

/**
 * Tells somebody who exists but cannot reset, at one stored address, at most once a day, and says where help is. The page stays silent:
 * who reads the mailbox is the person, who stands before the page may be anybody.
 */
export function createSendNote({ contacts, throttle, email, text, clock }: SendNoteDeps): SendNote {
  return async (account, reason, origin, cause) => {
    const { emails, mobilePhones } = await contacts.contactsOf(account.id, account.mail);
    const [mailbox] = emails;
    const [phone] = mobilePhones;
    if (mailbox === undefined && phone === undefined) return;
    const now = clock.now();
    const key = `note:${account.id}`;
    // Of many challenges at once one has the note of the day. It keeps it when its process dies, so that its next attempt sends it.
    if (!(await throttle.once(key, now + DAY, now, cause))) return;
    const occasion = occasionOf(account, origin);
    const { url, email: helpAddress } = account.tenant.policy.helpdesk;
    try {
      if (mailbox !== undefined) await email.send(cannotResetEmail(mailbox, occasion, reason, url ?? helpAddress ?? null));
      else if (phone !== undefined) await text.send(cannotResetText(phone, occasion));
    } catch (error) {
      // One that was not sent is not the one of the day: another challenge may send it.
      await throttle.again(key).catch(() => undefined);
      throw error;
    }
  };
}
