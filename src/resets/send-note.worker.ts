import type { Clock } from "../kit/clock.ts";
import { cannotResetEmail, cannotResetText } from "../messages/compose-message.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { IneligibleReason } from "../policy/eligibility.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
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
  readonly limits: Limits;
}

export type SendNote = (account: Account, reason: IneligibleReason, origin: SealedOrigin) => Promise<void>;

/**
 * Tells somebody who exists but cannot reset, at one stored address, at most once a day, and says where help is. The page stays silent:
 * who reads the mailbox is the person, who stands before the page may be anybody.
 */
export function createSendNote({ contacts, throttle, email, text, clock, limits }: SendNoteDeps): SendNote {
  return async (account, reason, origin) => {
    const { emails, mobilePhones } = await contacts.contactsOf(account.id, account.mail);
    const [mailbox] = emails;
    const [phone] = mobilePhones;
    if (mailbox === undefined && phone === undefined) return;
    const now = clock.now();
    const key = `notes:${account.id}`;
    const windows = await throttle.take(key, limits.notesToPerson, now);
    if (judge(windows, limits.notesToPerson, now).over) return;
    const occasion = occasionOf(account, origin);
    const { url, email: helpAddress } = account.tenant.policy.helpdesk;
    try {
      if (mailbox !== undefined) await email.send(cannotResetEmail(mailbox, occasion, reason, url ?? helpAddress ?? null));
      else if (phone !== undefined) await text.send(cannotResetText(phone, occasion));
    } catch (error) {
      // One that was not sent is not the one of the day: the next attempt may send it.
      await throttle.giveBack(key).catch(() => undefined);
      throw error;
    }
  };
}
