import { chooseLanguage } from "../kit/language.ts";
import { passwordJobEmail } from "../messages/compose-password-job-notice.ts";
import { onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import type { TenantStore } from "../tenants/tenant-store.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { PasswordJob } from "./password-job.ts";
import { PATHS } from "./password-job-view.ts";

export interface SendPasswordJobNoticeDeps {
  /** The job with the address that was named; `null` where either is gone. */
  readonly findAddressed: (jobId: string) => Promise<{ readonly job: PasswordJob; readonly emailTo: string } | null>;
  readonly tenants: TenantStore;
  readonly accounts: AccountStore;
  readonly email: EmailChannel;
  readonly publicUrl: string;
}

export type SendPasswordJobNotice = (job: Extract<Job, { task: "send-password-job-notice" }>) => Promise<void>;

/** Tells whoever asked that a job is over, with a link to its results. They open for the caller alone: the mail may be read by anybody. */
export function createSendPasswordJobNotice(deps: SendPasswordJobNoticeDeps): SendPasswordJobNotice {
  const { findAddressed, tenants, accounts, email, publicUrl } = deps;
  return async ({ passwordJobId }) => {
    const found = await findAddressed(passwordJobId);
    if (found === null) return;
    const { job, emailTo } = found;
    const { facts } = await tenants.read(job.tenantId);
    const { requestedBy } = job;
    const account = requestedBy.kind === "user" ? await accounts.findById(requestedBy.id, "") : null;
    const occasion = {
      language: chooseLanguage(account?.preferredLanguage),
      organisation: facts.name,
      account: account?.userPrincipalName ?? "",
      name: account?.givenName ?? account?.displayName ?? null,
      at: job.finishedAt ?? job.createdAt,
      address: "",
      device: null,
    };
    const link = `${publicUrl}${PATHS[job.kind]}/${job.id}/results`;
    await onBehalfOf({ tenantId: job.tenantId }, () => email.send(passwordJobEmail(emailTo, occasion, job, link)));
  };
}
