import type { Clock } from "../kit/clock.ts";
import { type PauseTold, pausedEmail, pausedText } from "../messages/compose-message.ts";
import { onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import type { RecordSent } from "../messages/sent.ts";
import { type ChallengeMethod, kindOf } from "../methods/method.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ContactStore } from "../users/contacts.ts";
import { occasionOf } from "./occasion.ts";
import { tellEverywhere } from "./tell-everywhere.ts";

export interface SendPauseNoticeDeps {
  readonly accounts: AccountStore;
  readonly contacts: ContactStore;
  readonly throttle: ThrottleStore;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly clock: Clock;
  readonly recordSent: RecordSent;
}

type PauseJob = Extract<Job, { task: "send-pause-notice" }>;
export type SendPauseNotice = (job: PauseJob) => Promise<void>;

/**
 * Tells a person that wrong codes made a kind of method rest (security.md §5, "notice sent"): at every mailbox, and by text message only
 * where there is none, since strangers cause it and must not spend the money of it. Wherever the codes were typed is not told: they may have
 * come from a thousand places.
 */
export function createSendPauseNotice(deps: SendPauseNoticeDeps): SendPauseNotice {
  const { accounts, contacts, email, text } = deps;
  return async ({ userId, flowId, supportCode, method, at, pausedUntil }) => {
    const account = await accounts.findById(userId, "");
    if (account === null || !account.tenant.policy.notifications.users) return;
    const { emails, mobilePhones } = await contacts.contactsOf(userId, account.mail);
    const occasion = occasionOf(account, { at, address: "", device: null, language: "" });
    const pause: PauseTold = { way: wayOf(method), until: pausedUntil, supportCode };
    const { url, email: helpAddress } = account.tenant.policy.helpdesk;
    const sends =
      emails.length > 0
        ? emails.map((to) => ({ to, send: () => email.send(pausedEmail(to, occasion, pause, url ?? helpAddress ?? null)) }))
        : mobilePhones.map((to) => ({ to, send: () => text.send(pausedText(to, occasion, pause)) }));
    const about = `pause ${userId} ${method} ${pausedUntil}`;
    const subject = { tenantId: account.tenant.id, userId, flowId, supportCode };
    await onBehalfOf(subject, () => tellEverywhere(deps, about, sends));
    if (sends.length > 0) await deps.recordSent(subject, { task: "send-pause-notice", addresses: sends.length });
  };
}

function wayOf(method: ChallengeMethod): PauseTold["way"] {
  const kind = kindOf(method);
  return kind === "email" || kind === "phone" || kind === "authenticatorApp" ? kind : "other";
}
