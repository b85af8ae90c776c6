import type { OneTimeTokens } from "../keys/one-time-tokens.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { type MethodTold, methodEmail, methodText } from "../messages/compose-method-notice.ts";
import { onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import { occasionOf } from "../resets/occasion.ts";
import { openOrigin } from "../resets/origin.ts";
import { type Telling, tellEverywhere } from "../resets/tell-everywhere.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ContactStore } from "../users/contacts.ts";
import { formerPlace } from "./former-place.ts";

export interface SendMethodNoticeDeps {
  readonly accounts: AccountStore;
  readonly contacts: ContactStore;
  /** How many recovery codes a person has left. */
  readonly codesLeft: (userId: string) => Promise<number>;
  readonly throttle: ThrottleStore;
  readonly tokens: OneTimeTokens;
  readonly sealer: Sealer;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly clock: Clock;
  readonly publicUrl: string;
}

type NoticeJob = Extract<Job, { task: "send-method-notice" }>;
export type SendMethodNotice = (job: NoticeJob) => Promise<void>;

/**
 * Tells every other address of a person what became of the security info, and the address that was there before (security.md J05). The link goes
 * only where the person can still be reached: whoever reads a mailbox that the owner took out must not be able to undo that.
 */
export function createSendMethodNotice(deps: SendMethodNoticeDeps): SendMethodNotice {
  const { accounts, tokens, publicUrl } = deps;
  return async (job) => {
    const account = await accounts.findById(job.userId, "");
    if (account === null || !account.tenant.policy.notifications.users) return;
    const told: MethodTold =
      job.change === "code-used" ? { change: job.change, left: await deps.codesLeft(account.id) } : { change: job.change, type: job.type };
    const link = `${publicUrl}/l/${tokens.tokenOf(job.linkId)}`;
    const sends = await tellings(deps, job, account, told, link);
    await onBehalfOf({ tenantId: account.tenant.id, userId: account.id }, () => tellEverywhere(deps, job.linkId, sends));
  };
}

async function tellings(deps: SendMethodNoticeDeps, job: NoticeJob, account: Account, told: MethodTold, link: string): Promise<Telling[]> {
  const { sealer, email, text } = deps;
  const unknown = { at: job.at, address: "", device: null, language: "" };
  const origin = job.origin === undefined || job.originId === undefined ? unknown : openOrigin(sealer, job.originId, job.origin);
  const occasion = occasionOf(account, origin);
  const former = job.former === undefined ? null : sealer.unseal(formerPlace(job.linkId), Buffer.from(job.former, "base64"));
  const { all } = await deps.contacts.contactsOf(account.id, null);
  const others = all.filter(({ methodId, value }) => methodId !== job.methodId && value !== former);
  const own = all.find(({ methodId }) => methodId === job.methodId)?.value;
  const mailboxes = others.filter(({ type }) => type === "email").map(({ value }) => value);
  if (account.mail !== null && account.mail !== own && account.mail !== former) mailboxes.push(account.mail);
  const phones = others.filter(({ type }) => type === "mobilePhone").map(({ value }) => value);
  const sends = [
    ...[...new Set(mailboxes)].map((to) => ({ to, send: () => email.send(methodEmail(to, occasion, told, link)) })),
    ...[...new Set(phones)].map((to) => ({ to, send: () => text.send(methodText(to, occasion, told, link)) })),
  ];
  if (former === null || job.type === "officePhone") return sends;
  const send = () =>
    job.type === "email" ? email.send(methodEmail(former, occasion, told, null)) : text.send(methodText(former, occasion, told, null));
  return [...sends, { to: former, send }];
}
