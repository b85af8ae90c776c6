import { createAskForHelp } from "../administration/ask-for-help.ts";
import { registerHelpPages } from "../administration/help.page.tsx";
import { createHelpRequestStore } from "../administration/help-request-store.pg.ts";
import { registerHelpRequestRoutes } from "../administration/help-requests.http.ts";
import { createSendHelpRequest } from "../administration/send-help-request.worker.ts";
import type { Authorize } from "../http/caller.ts";
import { guardRights } from "../http/rights-guard.ts";
import type { Server } from "../http/server.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { JobHandlers } from "../messages/queue-worker.pg.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { createHelpDeskOf } from "../tenants/brand-store.pg.ts";
import { createProofOfWork } from "../throttle/proof-of-work.ts";
import { createContactStore } from "../users/contact-store.pg.ts";
import type { Common } from "./resets.ts";

export interface HelpRequests {
  readonly handlers: Pick<JobHandlers, "send-help-request">;
  register(api: Server, authorize: Authorize): void;
  registerPages(scope: Server, pages: Pages): void;
}

/** Asking an administrator for help, put together: the call, the page, the job, and the queue of who asked. */
export function composeHelpRequests(common: Common): HelpRequests {
  const { db, state, channels, clock } = common;
  const requests = createHelpRequestStore(common);
  const deps = { ...common, throttle: state.throttle, email: channels.email, requests, contacts: createContactStore(common) };
  const askForHelp = createAskForHelp({ ...deps, queue: createMessageQueue(db), proofOfWork: createProofOfWork(common) });
  return {
    handlers: { "send-help-request": createSendHelpRequest(deps) },
    register(api, authorize) {
      registerHelpRequestRoutes(api, { need: guardRights(api, authorize), askForHelp, requests, clock });
    },
    registerPages(scope, pages) {
      registerHelpPages(scope, { pages, askForHelp, helpDeskOf: createHelpDeskOf(db) });
    },
  };
}
