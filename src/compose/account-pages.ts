import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { passwordRules } from "../passwords/password-rules.ts";
import { offerTo } from "../registration/offered-types.ts";
import { registerSecurityInfoPages } from "../registration/security-info.page.tsx";
import { forgotPage } from "../resets/start.page.tsx";
import { registerChangePasswordPages } from "../sign-in/change-password.page.tsx";
import { createPageSessions } from "../sign-in/page-sessions.page.ts";
import { createProofSteps } from "../sign-in/proof-steps.ts";
import { registerSignInPages } from "../sign-in/sign-in.page.tsx";
import { registerUserNamePages } from "../sign-in/user-name.page.tsx";
import type { HelpRequests } from "./help-requests.ts";
import type { OwnPassword } from "./own-password.ts";
import type { Registration } from "./registration.ts";
import type { Common } from "./resets.ts";
import type { SignInSlice } from "./sign-in.ts";

export interface AccountSlices {
  readonly signIn: SignInSlice;
  readonly ownPassword: OwnPassword;
  readonly securityInfo: ReturnType<Registration["useCases"]>;
  readonly helpRequests: Pick<HelpRequests, "registerPages">;
}

/** The pages of whoever signs in: the same use cases as the API's, with the session in a cookie. */
export function registerAccountPages(
  scope: Server,
  pages: Pages,
  common: Common,
  { signIn, ownPassword, securityInfo, helpRequests }: AccountSlices,
): void {
  const { accounts, clock, config, channels, state } = common;
  const sessions = createPageSessions({ ...signIn, clock });
  const accountOf = async (id: string) => {
    const account = await accounts.findById(id, "");
    if (account === null) throw new Problem("unauthenticated");
    return account;
  };
  registerSignInPages(scope, {
    pages,
    signIn: signIn.signIn,
    proofs: createProofSteps({ ...signIn.secondStep, tokens: signIn.tokens, sessionPerson: signIn.sessionPerson }),
    signOut: async (accessToken) => {
      const sid = signIn.tokens.verify(accessToken)?.sid;
      if (sid !== undefined) await state.sessions.end(sid);
    },
    forgotPage,
    clock,
    codeDigits: config.codeDigits,
  });
  helpRequests.registerPages(scope, pages);
  registerUserNamePages(scope, { pages, remindUserName: ownPassword.remindUserName });
  registerChangePasswordPages(scope, {
    pages,
    sessions,
    accountOf,
    rulesOf: ({ tenant }) => passwordRules(tenant.policy.passwords),
    changePassword: ownPassword.changePassword,
    clock,
  });
  registerSecurityInfoPages(scope, {
    pages,
    sessions,
    clock,
    ...securityInfo,
    demandProof: signIn.requireFreshProof,
    offer: async ({ id }) => offerTo(await accountOf(id), { now: clock.now(), deliverable: channels.deliverable }),
    due: ({ id }) => signIn.interruptsOf(id, clock.now()),
    skip: async ({ session }, interrupt) => (session === null ? undefined : signIn.skipInterrupt(session, interrupt, clock.now())),
  });
}
