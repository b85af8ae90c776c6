import { type Clock, timestamp } from "../kit/clock.ts";
import { chooseLanguage } from "../kit/language.ts";
import { type AdministratorsTold, administratorsEmail, administratorsText } from "../messages/compose-administrators-notice.ts";
import { onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import { tellEverywhere } from "../resets/tell-everywhere.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ContactStore } from "../users/contacts.ts";

type NoticeJob = Extract<Job, { task: "send-administrators-notice" }>;
/** Ids. @param exceptUserId whoever acted knows it */
export type AdministratorsToTell = (tenantId: string, exceptUserId: string | null) => Promise<readonly string[]>;
/** "" for whoever has no name. */
export type NameOfActor = (tenantId: string, actor: NoticeJob["actor"]) => Promise<string>;

export interface SendAdministratorsNoticeDeps {
  readonly administratorsToTell: AdministratorsToTell;
  readonly nameOfActor: NameOfActor;
  readonly accounts: AccountStore;
  readonly contacts: ContactStore;
  readonly throttle: ThrottleStore;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly clock: Clock;
}

export type SendAdministratorsNotice = (job: NoticeJob) => Promise<void>;

/** What the policy may switch off. The rest is told always: it is how a house learns that somebody used its emergency exits. */
const OPTIONAL: readonly NoticeJob["notice"][] = ["password-reset", "job-finished"];

/**
 * Tells all Global Administrators what another administrator, an application or the operator did (entra-sspr.md §8), each in their own
 * language, at every mail address; by text message whoever has none.
 */
export function createSendAdministratorsNotice(deps: SendAdministratorsNoticeDeps): SendAdministratorsNotice {
  return async (job) => {
    const { tenantId, actor, userId } = job;
    // Whoever uses an account for emergencies may have stolen it: its owner is told too.
    const knowing = actor.kind === "user" && job.notice !== "break-glass" ? (actor.id ?? null) : null;
    const others = await deps.administratorsToTell(tenantId, knowing);
    // Whoever is no administrator any more has to hear of it, and is none of them.
    const unmade = job.notice === "role-changed" && userId !== undefined && !others.includes(userId) ? [userId] : [];
    const ids = [...others, ...unmade];
    const found = await Promise.all(ids.map((id) => deps.accounts.findById(id, "")));
    const administrators = found.filter((account): account is Account => account !== null);
    const [first] = administrators;
    if (first === undefined || (OPTIONAL.includes(job.notice) && !first.tenant.policy.notifications.administrators)) return;
    const told: AdministratorsTold = {
      notice: job.notice,
      actorKind: actor.kind,
      actor: await deps.nameOfActor(tenantId, actor),
      // By name also of somebody who was removed: that may be what is told.
      target: userId === undefined ? "" : await deps.nameOfActor(tenantId, { kind: "user", id: userId }),
      details: job.details,
    };
    const about = `${job.notice} ${tenantId} ${userId ?? ""} ${timestamp(job.at)} ${JSON.stringify(job.details)}`;
    const results = await Promise.allSettled(administrators.map((account) => tell(deps, job.at, account, told, about)));
    // Whoever could be told is told; the others are tried again, and nobody hears it twice.
    for (const result of results) if (result.status === "rejected") throw result.reason;
  };
}

async function tell(
  deps: SendAdministratorsNoticeDeps,
  at: number,
  account: Account,
  told: AdministratorsTold,
  about: string,
): Promise<void> {
  const { emails, mobilePhones } = await deps.contacts.contactsOf(account.id, account.mail);
  const occasion = {
    language: chooseLanguage(account.preferredLanguage, ""),
    organisation: account.tenant.name,
    account: account.userPrincipalName,
    name: account.givenName ?? account.displayName,
    at,
    address: "",
    device: null,
  };
  const byMail = emails.map((to) => ({ to, send: () => deps.email.send(administratorsEmail(to, occasion, told)) }));
  const byText = mobilePhones.map((to) => ({ to, send: () => deps.text.send(administratorsText(to, occasion, told)) }));
  const sends = byMail.length > 0 ? byMail : byText;
  await onBehalfOf({ tenantId: account.tenant.id, userId: account.id }, () => tellEverywhere(deps, `${about} ${account.id}`, sends));
}
