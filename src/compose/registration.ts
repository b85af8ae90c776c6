import type { Server } from "../http/server.ts";
import { createOneTimeTokens } from "../keys/one-time-tokens.ts";
import { createCallTickets } from "../messages/call-ticket.ts";
import type { JobHandlers } from "../messages/queue-worker.pg.ts";
import { createSentCodes } from "../methods/sent-code.ts";
import { createAddMethod } from "../registration/add-method.ts";
import { type AnswerRegistrationCall, createAnswerRegistrationCall } from "../registration/answer-registration-call.ts";
import { createChangeMethod, createRemoveMethod } from "../registration/change-method.ts";
import { createCodesLeft } from "../registration/codes-left.pg.ts";
import { createOwnMethodStore } from "../registration/own-method-store.pg.ts";
import { type OwnMethodRoutes, registerOwnMethodRoutes } from "../registration/own-methods.http.ts";
import { createReadPendingContact } from "../registration/pending-contact.pg.ts";
import { registerSecurityInfoRoutes, type SecurityInfoRoutes } from "../registration/security-info.http.ts";
import { createSendMethodNotice } from "../registration/send-method-notice.worker.ts";
import { createSendRegistrationCode } from "../registration/send-registration-code.worker.ts";
import { createSettleSession } from "../registration/settle-session.ts";
import { createResendCode, createVerifyMethod } from "../registration/verify-method.ts";
import { createConfirmSecurityInfo, createListQuestions, createReadSecurityInfo } from "../registration/view-security-info.ts";
import { createInterruptsOf } from "../sign-in/interrupts.pg.ts";
import { createContactStore } from "../users/contact-store.pg.ts";
import type { Common } from "./resets.ts";
import type { SignInSlice } from "./sign-in.ts";

export interface Registration {
  readonly handlers: Pick<JobHandlers, "send-registration-code" | "send-method-notice">;
  /** What a call to a number being registered says. */
  readonly answerCall: AnswerRegistrationCall;
  /** What the API and the pages act through. */
  useCases(signIn: Pick<SignInSlice, "authenticate" | "requireFreshProof">): OwnMethodRoutes & SecurityInfoRoutes;
  register(api: Server, useCases: OwnMethodRoutes & SecurityInfoRoutes): void;
}

/** Security info, put together: what people register themselves, its codes and its notices. */
export function composeRegistration(common: Common): Registration {
  const { config, db, keyring, sealer, channels, state } = common;
  const { codeTtlSeconds, publicUrl } = config;
  const { deliverable, email, text, voice } = channels;
  const { throttle, sessions } = state;
  const sending = {
    ...common,
    readPending: createReadPendingContact(common),
    contacts: createContactStore({ db, sealer }),
    codesLeft: createCodesLeft(db),
    sentCodes: createSentCodes(keyring, config.codeDigits),
    tickets: createCallTickets(sealer),
    tokens: createOneTimeTokens(keyring),
    throttle,
    deliverable,
    email,
    text,
    voice,
    codeTtlSeconds,
    publicUrl,
    host: new URL(publicUrl).hostname,
  };
  const interruptsOf = createInterruptsOf({ db, deliverable });
  const settleSession = createSettleSession({ sessions, interruptsOf });
  return {
    handlers: {
      "send-registration-code": createSendRegistrationCode(sending),
      "send-method-notice": createSendMethodNotice(sending),
    },
    answerCall: createAnswerRegistrationCall(sending),
    useCases({ authenticate, requireFreshProof }) {
      const deps = { ...sending, store: createOwnMethodStore(common), requireFreshProof, settleSession, interruptsOf };
      return {
        authenticate,
        readSecurityInfo: createReadSecurityInfo(deps),
        confirmSecurityInfo: createConfirmSecurityInfo(deps),
        listQuestions: createListQuestions(deps),
        addMethod: createAddMethod(deps),
        verifyMethod: createVerifyMethod(deps),
        resendCode: createResendCode(deps),
        changeMethod: createChangeMethod(deps),
        removeMethod: createRemoveMethod(deps),
      };
    },
    register(api, useCases) {
      registerSecurityInfoRoutes(api, useCases);
      registerOwnMethodRoutes(api, useCases);
    },
  };
}
