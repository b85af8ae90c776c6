import type { AuditEvent } from "../audit/audit-event.ts";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Authenticate, Authorize } from "../http/caller.ts";
import type { Server } from "../http/server.ts";
import { registerAccessTokens } from "../sign-in/access-tokens.http.ts";
import type { AccessTokens } from "../sign-in/access-tokens.ts";
import { createAuthenticate } from "../sign-in/authenticate.http.ts";
import { createAuthorize } from "../sign-in/authorize.http.ts";
import { createBreakGlassAlarm } from "../sign-in/break-glass-alarm.pg.ts";
import { createExternalPersonStore } from "../sign-in/external-person.pg.ts";
import { createExternalPerson } from "../sign-in/external-person.ts";
import { createExternalTokens } from "../sign-in/external-token.client.ts";
import { createFinishSignIn, type FinishSignIn } from "../sign-in/finish-sign-in.ts";
import { createInterruptsOf } from "../sign-in/interrupts.pg.ts";
import type { InterruptsOf } from "../sign-in/interrupts.ts";
import { createPresentVersion } from "../sign-in/present-version.ts";
import { createRefreshSession } from "../sign-in/refresh-session.ts";
import { createRequireFreshProof, type RequireFreshProof } from "../sign-in/require-fresh-proof.ts";
import { createRequireSecondStep } from "../sign-in/require-second-step.ts";
import { createResumeSession, type ResumeSession } from "../sign-in/resume-session.ts";
import { registerSecondStepRoutes, type SecondStepRoutes } from "../sign-in/second-step.http.ts";
import { createBeginSecondStep, createPassSecondStep } from "../sign-in/second-step.ts";
import type { Session } from "../sign-in/session.ts";
import { createSessionPerson, type SessionPerson } from "../sign-in/session-person.ts";
import { registerSessionRoutes } from "../sign-in/sessions.http.ts";
import { registerSignInRoutes } from "../sign-in/sign-in.http.ts";
import { createSignIn, type SignIn } from "../sign-in/sign-in.ts";
import { createSignInStore } from "../sign-in/sign-in-store.pg.ts";
import { createSkipInterrupt, type SkipInterrupt } from "../sign-in/skip-interrupt.ts";
import { createGiveProof, createRequestProof } from "../sign-in/step-up.ts";
import { createTokenKeys } from "../sign-in/token-keys.ts";
import { createTenantOpen } from "../tenants/tenant-open.pg.ts";
import type { Common, Resets } from "./resets.ts";

export interface SignInSlice {
  readonly tokens: AccessTokens;
  readonly authenticate: Authenticate<Session>;
  readonly authorize: Authorize;
  /** Opens a session. */
  readonly finishSignIn: FinishSignIn;
  /** Answers as sign-in does for a session that is open already. */
  readonly resumeSession: ResumeSession;
  readonly signIn: SignIn;
  /** The second step, and fresh proofs. */
  readonly secondStep: Omit<SecondStepRoutes, "authenticate">;
  readonly requireFreshProof: RequireFreshProof;
  readonly sessionPerson: SessionPerson;
  readonly interruptsOf: InterruptsOf;
  readonly skipInterrupt: SkipInterrupt;
  register(api: Server): void;
}

/** Signing in, put together: passwords, sessions, tokens, and who is calling. @param server verifies the tokens */
export async function composeSignIn(common: Common, server: Server, resets: Resets): Promise<SignInSlice> {
  const { config, db, keyring, clock, random, state } = common;
  const { throttle, sessions, versions } = state;
  const keys = createTokenKeys(keyring);
  const tokens = await registerAccessTokens(server, { keys, publicUrl: config.publicUrl, clock, random });
  const store = createSignInStore(db);
  const presentVersion = createPresentVersion({ versions, storedVersion: store.storedVersion });
  const externalPerson = createExternalPerson({ externalTokens: createExternalTokens({ clock }), ...createExternalPersonStore(db) });
  const tenantOpen = createTenantOpen(db);
  const sessionPerson = createSessionPerson({ sessions, presentVersion, tenantOpen, clock });
  const authenticate = createAuthenticate({ tokens, sessionPerson, externalPerson, tenantOpen });
  const record = (event: AuditEvent) => writeAuditEvents(db, [event]);
  const interruptsOf = createInterruptsOf({ db, deliverable: common.channels.deliverable });
  const opening = { sessions, tokens, interruptsOf, random };
  const finishSignIn = createFinishSignIn({ ...opening, record, breakGlassAlarm: createBreakGlassAlarm(common) });
  const resumeSession = createResumeSession(opening);
  const skipInterrupt = createSkipInterrupt({ ...opening, resumeSession });
  const { requestChallenge } = resets.useCases;
  const proving = {
    ...common,
    ...store,
    store: state.resets,
    sessions,
    requestChallenge,
    proveGate: resets.proveGate,
    finishSignIn,
    resumeSession,
    deliverable: common.channels.deliverable,
  };
  const secondStep = {
    requestChallenge,
    passSecondStep: createPassSecondStep(proving),
    requestProof: createRequestProof(proving),
    giveProof: createGiveProof(proving),
  };
  const signIn = createSignIn({ ...common, ...store, throttle, record, finishSignIn, beginSecondStep: createBeginSecondStep(proving) });
  return {
    tokens,
    authenticate,
    authorize: createAuthorize({ authenticate, requireSecondStep: createRequireSecondStep(proving) }),
    finishSignIn,
    resumeSession,
    signIn,
    secondStep,
    requireFreshProof: createRequireFreshProof(proving),
    sessionPerson,
    interruptsOf,
    skipInterrupt,
    register(api) {
      registerSecondStepRoutes(api, { ...secondStep, authenticate });
      registerSignInRoutes(api, { signIn, authenticate, accounts: common.accounts, tokenKeys: keys });
      registerSessionRoutes(api, {
        authenticate,
        refreshSession: createRefreshSession({ ...common, ...opening, throttle, presentVersion, tenantOpen, record }),
        skipInterrupt,
        sessions,
        tokens,
        clock,
      });
    },
  };
}
