import { setTimeout } from "node:timers/promises";
import { SET_BY_LINK_PAGE } from "../administration/set-by-link.page.tsx";
import type { TranslateError } from "../http/problem-answer.ts";
import type { Server } from "../http/server.ts";
import { createOneTimeTokens } from "../keys/one-time-tokens.ts";
import { readAssets, serveAssets } from "../pages/assets.page.ts";
import { registerHomePage } from "../pages/home.page.tsx";
import { hostPages } from "../pages/hosted-pages.page.tsx";
import { CHANGE_PAGE, registerObjectToChangePages } from "../registration/object-to-change.page.tsx";
import { createChangeObjectionStore } from "../registration/object-to-change.pg.ts";
import { createObjectToChange, createReadChangeObjection } from "../registration/object-to-change.ts";
import { createJudgeFlow } from "../resets/judge-flow.ts";
import { createObjectionStore } from "../resets/object-to-reset.pg.ts";
import { createObjectToReset, createReadObjection } from "../resets/object-to-reset.ts";
import { createFindCompleted, createReadFront } from "../resets/page-lookups.pg.ts";
import { registerResetPages } from "../resets/reset.page.tsx";
import { createReadProgress } from "../resets/reset-progress.ts";
import { createReadFlow } from "../resets/view-reset.ts";
import { createBrandStore } from "../tenants/brand-store.pg.ts";
import { registerBranding } from "../tenants/branding.page.ts";
import { type AccountSlices, registerAccountPages } from "./account-pages.ts";
import type { Common, Resets } from "./resets.ts";
import { registerResetLinkPages } from "./resets-for-others.ts";

/** The hosted pages, in a scope of their own: they act through the same use cases as the API. */
export async function composePages(
  server: Server,
  common: Common,
  resets: Pick<Resets, "useCases" | "questionsOf">,
  account: AccountSlices,
  translate: TranslateError,
): Promise<void> {
  const { config, db, keyring, channels, state } = common;
  const assets = readAssets();
  await serveAssets(server, assets);
  const readFlow = createReadFlow({ store: state.resets, clock: common.clock });
  const readProgress = createReadProgress({
    store: state.resets,
    readFlow,
    judgeFlow: createJudgeFlow({ ...common, deliverable: channels.deliverable }),
    findCompleted: createFindCompleted(db),
    readFront: createReadFront(db),
    clock: common.clock,
    pause: (ms) => setTimeout(ms),
  });
  const objection = {
    tokens: createOneTimeTokens(keyring),
    objections: createObjectionStore(common),
    versions: state.versions,
    clock: common.clock,
  };
  const changeObjection = { ...objection, objections: createChangeObjectionStore(common) };
  const readChangeObjection = createReadChangeObjection(changeObjection);
  const brands = createBrandStore(db);
  await server.register(async (scope: Server) => {
    const pages = await hostPages(scope, { publicUrl: config.publicUrl, translate, assets, brandOf: brands.byDomain });
    registerBranding(scope, brands);
    registerHomePage(scope, { pages, outbox: channels.outbox !== null });
    registerObjectToChangePages(scope, { pages, readChangeObjection, objectToChange: createObjectToChange(changeObjection) });
    const leadsToNewPassword = registerResetLinkPages(scope, pages, common);
    registerAccountPages(scope, pages, common, account);
    registerResetPages(scope, {
      ...common,
      ...resets.useCases,
      questionsOf: resets.questionsOf,
      pages,
      readFlow,
      readProgress,
      linkLeadsTo: async (token) => {
        if (await leadsToNewPassword(token)) return SET_BY_LINK_PAGE;
        return (await readChangeObjection(token)) === null ? "/not-me" : CHANGE_PAGE;
      },
      readObjection: createReadObjection(objection),
      objectToReset: createObjectToReset(objection),
      codeDigits: config.codeDigits,
    });
  });
}
