import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { DAY } from "../kit/clock.ts";
import { chooseLanguage } from "../kit/language.ts";
import { helpAskedEmail, helpRequestEmail } from "../messages/compose-help-request.ts";
import { onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import { occasionOf } from "../resets/occasion.ts";
import { type Telling, tellEverywhere } from "../resets/tell-everywhere.ts";
import { judge } from "../throttle/counter.ts";
import type { Limit, Limits } from "../throttle/limits.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ContactStore } from "../users/contacts.ts";
import { type AskedHelp, openAsked } from "./ask-for-help.ts";
import { chooseHelpers, type HelpRequestStore, type KeptRequest } from "./help-request.ts";

export interface SendHelpRequestDeps {
  readonly accounts: AccountStore;
  readonly requests: Pick<HelpRequestStore, "keep" | "possibleHelpers">;
  readonly contacts: ContactStore;
  readonly throttle: ThrottleStore;
  readonly limits: Limits;
  readonly sealer: Sealer;
  readonly email: EmailChannel;
  readonly clock: Clock;
}

type HelpJob = Extract<Job, { task: "send-help-request" }>;
export type SendHelpRequest = (job: HelpJob) => Promise<void>;

/**
 * The job of a request for help: finds whose account it is, puts the request into the queue of the administrators, and writes to those who may
 * help, and to the person. For a name that nobody has, or whose account is switched off, nothing happens; the answer was given already.
 */
export function createSendHelpRequest(deps: SendHelpRequestDeps): SendHelpRequest {
  return async ({ requestId, asked: sealed }) => {
    const asked = openAsked(deps.sealer, requestId, sealed);
    const { account } = await deps.accounts.findByName(asked, "");
    if (account === null || !account.enabled) return;
    const { id: userId, tenant } = account;
    const { message, supportCode, origin } = asked;
    const kept = await deps.requests.keep({ id: requestId, tenantId: tenant.id, userId, supportCode, message, now: origin.at });
    if (!(await within(deps, requestId, `help:account:${userId}`, deps.limits.helpMailsOfAccount))) return;
    // Each request may write to a hundred people: beyond so many it waits in their queue alone. The person hears of it all the same.
    const written = await within(deps, requestId, `help:tenant:${tenant.id}`, deps.limits.helpMailsOfTenant);
    const helpers = written ? await toHelpers(deps, account, asked, kept) : [];
    const tellings = [...helpers, ...(await toPerson(deps, account, asked, kept))];
    await onBehalfOf({ tenantId: tenant.id, userId }, () => tellEverywhere(deps, `help ${requestId}`, tellings));
  };
}

/** Whether a limit has room for it. Counted once for all attempts of a job. */
async function within({ throttle, clock }: SendHelpRequestDeps, requestId: string, counter: string, limit: readonly Limit[]) {
  const now = clock.now();
  const passed = `help:mails:${requestId}:${counter}`;
  if (await throttle.used(passed, now)) return true;
  if (judge(await throttle.take(counter, limit, now), limit, now).over) return false;
  await throttle.once(passed, now + DAY, now);
  return true;
}

/** The organisation's help desk where it has one, else its administrators, each in their language. */
async function toHelpers(deps: SendHelpRequestDeps, account: Account, { origin }: AskedHelp, kept: KeptRequest): Promise<Telling[]> {
  const { email } = deps;
  const { helpdesk } = account.tenant.policy;
  const about = { ...occasionOf(account, origin), name: null };
  const letter = (to: string, language: string | null, name: string | null): Telling => {
    const occasion = { ...about, name, language: chooseLanguage(language, "") };
    return { to, send: () => email.send(helpRequestEmail(to, occasion, kept.supportCode, kept.wrote)) };
  };
  if (helpdesk.email !== undefined) return [letter(helpdesk.email, null, null)];
  const tellings: Telling[] = [];
  for (const helper of chooseHelpers(await deps.requests.possibleHelpers(account.tenant.id), account)) {
    const to = helper.mail ?? (await deps.contacts.contactsOf(helper.id, null)).emails[0];
    if (to !== undefined) tellings.push(letter(to, helper.preferredLanguage, helper.name));
  }
  return tellings;
}

/** At one mailbox: whoever asks is not proved to be the person, who has to hear of it. */
async function toPerson(deps: SendHelpRequestDeps, account: Account, { origin }: AskedHelp, kept: KeptRequest): Promise<Telling[]> {
  const [to] = (await deps.contacts.contactsOf(account.id, account.mail)).emails;
  if (to === undefined) return [];
  return [{ to, send: () => deps.email.send(helpAskedEmail(to, occasionOf(account, origin), kept.supportCode)) }];
}
