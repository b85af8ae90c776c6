import type { Clock } from "../kit/clock.ts";
import { chooseLanguage } from "../kit/language.ts";
import { type ApprovalTold, approvalEmail, approvalText } from "../messages/compose-approval-notice.ts";
import { onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import { tellEverywhere } from "../resets/tell-everywhere.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ContactStore } from "../users/contacts.ts";
import { type Approval, stateAt } from "./approval.ts";

export interface SendApprovalNoticeDeps {
  readonly readApproval: (tenantId: string, id: string) => Promise<Approval | null>;
  /** Ids of those who could agree. */
  readonly approversOf: (approval: Approval) => Promise<readonly string[]>;
  readonly accounts: AccountStore;
  readonly contacts: ContactStore;
  readonly throttle: ThrottleStore;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly clock: Clock;
}

/** In a house of many administrators these are told; all of them can agree. */
const TOLD_AT_MOST = 100;

export type SendApprovalNotice = (job: Extract<Job, { task: "send-approval-notice" }>) => Promise<void>;

/** Tells those who could agree to an act that it waits, while it does: by mail, and by text message whoever has no mail address. */
export function createSendApprovalNotice(deps: SendApprovalNoticeDeps): SendApprovalNotice {
  return async ({ tenantId, approvalId }) => {
    const approval = await deps.readApproval(tenantId, approvalId);
    if (approval === null || stateAt(approval, deps.clock.now()) !== "waiting") return;
    const ids = (await deps.approversOf(approval)).slice(0, TOLD_AT_MOST);
    const accounts = await Promise.all(ids.map((id) => deps.accounts.findById(id, "")));
    const told: ApprovalTold = {
      act: approval.act.kind,
      requester: approval.requester.name ?? approval.requester.id,
      target: approval.target?.userPrincipalName ?? "",
      until: approval.expiresAt,
    };
    const results = await Promise.allSettled(
      accounts.map((account) => (account === null ? undefined : tell(deps, approval, account, told))),
    );
    // Whoever could be told is told; the others are tried again, and nobody hears it twice.
    for (const result of results) if (result.status === "rejected") throw result.reason;
  };
}

async function tell(deps: SendApprovalNoticeDeps, approval: Approval, account: Account, told: ApprovalTold): Promise<void> {
  const { emails, mobilePhones } = await deps.contacts.contactsOf(account.id, account.mail);
  const occasion = {
    language: chooseLanguage(account.preferredLanguage, ""),
    organisation: account.tenant.name,
    account: account.userPrincipalName,
    name: account.givenName ?? account.displayName,
    at: approval.createdAt,
    address: "",
    device: null,
  };
  const byMail = emails.map((to) => ({ to, send: () => deps.email.send(approvalEmail(to, occasion, told)) }));
  const byText = mobilePhones.map((to) => ({ to, send: () => deps.text.send(approvalText(to, occasion, told)) }));
  const tellings = byMail.length > 0 ? byMail : byText;
  await onBehalfOf({ tenantId: account.tenant.id, userId: account.id }, () =>
    tellEverywhere(deps, `approval ${approval.id} ${account.id}`, tellings),
  );
}
