import { createAdministratorsToTell, createNameOfActor } from "../administration/administrators-to-tell.pg.ts";
import { createFeelReset } from "../administration/feel-reset.ts";
import { wasGlobalAdministratorLately } from "../administration/lately-administrator.pg.ts";
import { registerPasswordResetRoute } from "../administration/password-reset.http.ts";
import { createCommitAdministratorReset } from "../administration/reset-for-somebody.pg.ts";
import { createResetForSomebody, type ResetForSomebody } from "../administration/reset-for-somebody.ts";
import { createSendAdministratorsNotice } from "../administration/send-administrators-notice.worker.ts";
import { createSendResetByAdministratorNotice } from "../administration/send-reset-by-administrator-notice.worker.ts";
import { createSendResetLink } from "../administration/send-reset-link.worker.ts";
import { registerSetByLinkPages } from "../administration/set-by-link.page.tsx";
import { createSetByLinkStore } from "../administration/set-by-link.pg.ts";
import {
  createLeadsToNewPassword,
  createOpenSetPasswordLink,
  createSetByLink,
  type LeadsToNewPassword,
} from "../administration/set-by-link.ts";
import type { AskSecondPerson } from "../administration/two-person-rule.ts";
import { createKeptAnswers } from "../http/idempotency.pg.ts";
import type { NeedRights } from "../http/rights-guard.ts";
import type { Server } from "../http/server.ts";
import { createOneTimeTokens } from "../keys/one-time-tokens.ts";
import type { JobHandlers } from "../messages/queue-worker.pg.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { createJudgeNewPassword } from "../passwords/judge-new-password.ts";
import { formerHashes } from "../passwords/password-store.pg.ts";
import { createTenantStore } from "../tenants/tenant-store.pg.ts";
import { createContactStore } from "../users/contact-store.pg.ts";
import { createUserRecords } from "../users/user-records.pg.ts";
import type { Common } from "./resets.ts";

/** Resets for somebody else: what may wait for a second person, and the route. */
export function composeResetsForOthers(
  common: Common,
  askSecondPerson: AskSecondPerson,
): { readonly resets: ResetForSomebody; register(api: Server, need: NeedRights): void } {
  const { db, sealer, clock } = common;
  const parts = partsOf(common);
  const resets = createResetForSomebody({
    ...parts,
    tenants: createTenantStore(db),
    users: createUserRecords(db),
    askSecondPerson,
    wasGlobalAdministratorLately: (tenantId, userId, now) => wasGlobalAdministratorLately(db, tenantId, userId, now),
    commit: createCommitAdministratorReset(common),
  });
  return {
    resets,
    register: (api, need) =>
      registerPasswordResetRoute(api, { need, resetForSomebody: resets, keptAnswers: createKeptAnswers({ db, sealer }), clock }),
  };
}

type Handlers = Pick<JobHandlers, "send-reset-link" | "send-reset-by-administrator-notice" | "send-administrators-notice">;

export function resetForOthersHandlers(common: Common): Handlers {
  const parts = partsOf(common);
  return {
    "send-reset-link": createSendResetLink(parts),
    "send-reset-by-administrator-notice": createSendResetByAdministratorNotice(parts),
    "send-administrators-notice": createSendAdministratorsNotice({
      ...parts,
      administratorsToTell: createAdministratorsToTell(common.db),
      nameOfActor: createNameOfActor(common.db),
    }),
  };
}

/** The page behind the link of a reset. @returns which links lead there */
export function registerResetLinkPages(scope: Server, pages: Pages, common: Common): LeadsToNewPassword {
  const parts = partsOf(common);
  registerSetByLinkPages(scope, {
    pages,
    openSetPasswordLink: createOpenSetPasswordLink(parts),
    setByLink: createSetByLink(parts),
    clock: common.clock,
  });
  return createLeadsToNewPassword(parts);
}

function partsOf(common: Common) {
  const { config, db, keyring, sealer, hasher, state, channels } = common;
  const { email, text } = channels;
  return {
    ...common,
    throttle: state.throttle,
    contacts: createContactStore({ db, sealer }),
    links: createSetByLinkStore(common),
    judgeNewPassword: createJudgeNewPassword({ hasher, formerHashes: (userId, count) => formerHashes(db, userId, count) }),
    feelReset: createFeelReset({ ...common, versions: state.versions }),
    tokens: createOneTimeTokens(keyring),
    email,
    text,
    publicUrl: config.publicUrl,
  };
}
