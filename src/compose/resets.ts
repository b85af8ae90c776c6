import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Config } from "../config.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Keyring } from "../keys/keyring.ts";
import { createOneTimeTokens } from "../keys/one-time-tokens.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import type { Random } from "../kit/random.ts";
import { createCallTickets } from "../messages/call-ticket.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { JobHandlers } from "../messages/queue-worker.pg.ts";
import { createRecordSent } from "../messages/sent.pg.ts";
import { createRecoveryCodeVerifier } from "../methods/recovery-code-verifier.pg.ts";
import { createSecurityAnswerVerifier } from "../methods/security-answer-verifier.pg.ts";
import type { SecurityAnswerVerifier } from "../methods/security-answer-verifier.ts";
import { createSentCodes } from "../methods/sent-code.ts";
import { createTotpVerifier } from "../methods/totp-verifier.pg.ts";
import { createJudgeNewPassword } from "../passwords/judge-new-password.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { formerHashes } from "../passwords/password-store.pg.ts";
import { type AnswerCall, createAnswerCall } from "../resets/answer-call.ts";
import { createCompleteUnlock } from "../resets/complete-unlock.ts";
import { createJudgeFlow } from "../resets/judge-flow.ts";
import { createLaterProofs } from "../resets/later-proofs.ts";
import { createMoveEvents } from "../resets/move-events.worker.ts";
import { createProveGate, type ProveGate } from "../resets/prove-gate.ts";
import { createRecordSteps } from "../resets/record-steps.pg.ts";
import { createRecordUnlock } from "../resets/record-unlock.pg.ts";
import { createRequestChallenge } from "../resets/request-challenge.ts";
import { createCommitReset } from "../resets/reset-commit.pg.ts";
import type { ResetRoutes } from "../resets/resets.http.ts";
import { createSendCode } from "../resets/send-code.worker.ts";
import { createSendNote } from "../resets/send-note.worker.ts";
import { createSendNotice } from "../resets/send-notice.worker.ts";
import { createSendPauseNotice } from "../resets/send-pause-notice.worker.ts";
import { createSetPassword } from "../resets/set-password.ts";
import { createStartReset } from "../resets/start-reset.ts";
import { createVerifyCode } from "../resets/verify-code.ts";
import { createCancelReset, createViewReset } from "../resets/view-reset.ts";
import type { Lockout } from "../sign-in/lockout.ts";
import type { Limits } from "../throttle/limits.ts";
import { createProofOfWork } from "../throttle/proof-of-work.ts";
import type { AccountStore } from "../users/account-store.ts";
import { createContactStore } from "../users/contact-store.pg.ts";
import type { Channels } from "./channels.ts";
import type { State } from "./state.ts";

/** What every slice may be built from. */
export interface Common {
  readonly config: Config;
  readonly db: Db;
  readonly keyring: Keyring;
  readonly sealer: Sealer;
  readonly limits: Limits;
  readonly lockout: Lockout;
  readonly hasher: PasswordHasher;
  readonly accounts: AccountStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly channels: Channels;
  readonly state: State;
}

export interface Resets {
  readonly useCases: ResetRoutes;
  /** For the page that asks them. */
  readonly questionsOf: SecurityAnswerVerifier["questionsOf"];
  /** Passes a challenge of any flow: of a second step too. */
  readonly proveGate: ProveGate;
  readonly handlers: Pick<JobHandlers, "send-code" | "send-notice" | "send-pause-notice" | "raise-credential-version">;
  readonly moveEvents: () => Promise<number>;
  /** What a call with one of our tickets says. */
  readonly answerCall: AnswerCall;
}

/** Forgot password, put together: its use cases, its jobs, and the mover of its recorded steps. */
export function composeResets(common: Common): Resets {
  const { config, db, keyring, sealer, state, channels } = common;
  const { deliverable, email, text, voice } = channels;
  const { resetTtlSeconds, codeTtlSeconds, publicUrl } = config;
  const { throttle, versions, resets: store } = state;
  const sentCodes = createSentCodes(keyring, config.codeDigits);
  const contacts = createContactStore({ db, sealer });
  const judgeFlow = createJudgeFlow({ ...common, deliverable });
  const deps = {
    ...common,
    store,
    throttle,
    versions,
    sentCodes,
    contacts,
    judgeFlow,
    deliverable,
    email,
    text,
    voice,
    tickets: createCallTickets(sealer),
    recordSent: createRecordSent(common),
    resetTtlSeconds,
    codeTtlSeconds,
    publicUrl,
  };
  const sendNotice = createSendNotice({ ...deps, tokens: createOneTimeTokens(keyring) });
  const sendCode = createSendCode({ ...deps, sendNote: createSendNote(deps), host: new URL(publicUrl).hostname });
  const securityAnswers = createSecurityAnswerVerifier(common);
  const laterProofs = createLaterProofs({
    totp: createTotpVerifier(common),
    recoveryCodes: createRecoveryCodeVerifier(common),
    securityAnswers,
  });
  const proveGate = createProveGate({ ...deps, laterProofs });
  return {
    proveGate,
    questionsOf: securityAnswers.questionsOf,
    useCases: {
      startReset: createStartReset({ ...deps, proofOfWork: createProofOfWork(common) }),
      requestChallenge: createRequestChallenge({ ...deps, queue: createMessageQueue(db) }),
      verifyCode: createVerifyCode({ ...deps, proveGate, securityAnswers }),
      completeUnlock: createCompleteUnlock({ ...deps, recordUnlock: createRecordUnlock(db) }),
      setPassword: createSetPassword({
        ...deps,
        judgeNewPassword: createJudgeNewPassword({
          hasher: common.hasher,
          formerHashes: (userId, count) => formerHashes(db, userId, count),
        }),
        commit: createCommitReset(common),
        record: (event) => writeAuditEvents(db, [event]),
      }),
      viewReset: createViewReset(deps),
      cancelReset: createCancelReset(deps),
    },
    handlers: {
      "send-code": sendCode,
      "send-notice": sendNotice,
      "send-pause-notice": createSendPauseNotice(deps),
      "raise-credential-version": ({ userId, version }) => versions.raise(userId, version),
    },
    moveEvents: createMoveEvents({ store, record: createRecordSteps(db) }),
    answerCall: createAnswerCall(deps),
  };
}
