import { setTimeout } from "node:timers/promises";
import type { TranslateError } from "../http/problem-answer.ts";
import type { Server } from "../http/server.ts";
import { createOneTimeTokens } from "../keys/one-time-tokens.ts";
import { readAssets, serveAssets } from "../pages/assets.page.ts";
import { registerHomePage } from "../pages/home.page.tsx";
import { hostPages } from "../pages/hosted-pages.page.tsx";
import { createJudgeFlow } from "../resets/judge-flow.ts";
import { createObjectionStore } from "../resets/object-to-reset.pg.ts";
import { createObjectToReset, createReadObjection } from "../resets/object-to-reset.ts";
import { createFindCompleted, createReadFront } from "../resets/page-lookups.pg.ts";
import { registerResetPages } from "../resets/reset.page.tsx";
import { createReadProgress } from "../resets/reset-progress.ts";
import type { ResetRoutes } from "../resets/resets.http.ts";
import { createReadFlow } from "../resets/view-reset.ts";
import type { Common } from "./resets.ts";

/** The hosted pages, in a scope of their own: they act through the same use cases as the API. */
export async function composePages(server: Server, common: Common, resets: ResetRoutes, translate: TranslateError): Promise<void> {
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
  await server.register(async (scope: Server) => {
    const pages = await hostPages(scope, { publicUrl: config.publicUrl, translate, assets });
    registerHomePage(scope, { pages, outbox: channels.outbox !== null });
    registerResetPages(scope, {
      ...common,
      ...resets,
      pages,
      readFlow,
      readProgress,
      readObjection: createReadObjection(objection),
      objectToReset: createObjectToReset(objection),
      codeDigits: config.codeDigits,
    });
  });
}
