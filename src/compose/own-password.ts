import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Authenticate } from "../http/caller.ts";
import type { Server } from "../http/server.ts";
import { createOneTimeTokens } from "../keys/one-time-tokens.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import type { JobHandlers } from "../messages/queue-worker.pg.ts";
import { createJudgeNewPassword } from "../passwords/judge-new-password.ts";
import { formerHashes } from "../passwords/password-store.pg.ts";
import { registerChangePasswordRoutes } from "../sign-in/change-password.http.ts";
import { createCommitPasswordChange } from "../sign-in/change-password.pg.ts";
import { type ChangePassword, createChangePassword } from "../sign-in/change-password.ts";
import { createInterruptsOf } from "../sign-in/interrupts.pg.ts";
import { createSendChangeNotice } from "../sign-in/send-change-notice.worker.ts";
import { createSendUserName } from "../sign-in/send-user-name.worker.ts";
import type { Session } from "../sign-in/session.ts";
import { createSignInStore } from "../sign-in/sign-in-store.pg.ts";
import { registerUserNameReminderRoutes } from "../sign-in/user-name-reminders.http.ts";
import { createRemindUserName, type RemindUserName } from "../sign-in/user-name-reminders.ts";
import { createUserNamesAt } from "../sign-in/user-names-at.pg.ts";
import { createProofOfWork } from "../throttle/proof-of-work.ts";
import { createContactStore } from "../users/contact-store.pg.ts";
import type { Common } from "./resets.ts";

export interface OwnPassword {
  readonly changePassword: ChangePassword;
  readonly remindUserName: RemindUserName;
  readonly handlers: Pick<JobHandlers, "send-change-notice" | "send-user-name">;
  register(api: Server, authenticate: Authenticate<Session>): void;
}

/** What people do about their own password and name beside a reset, put together: changing the one, being told the other. */
export function composeOwnPassword(common: Common): OwnPassword {
  const { config, db, keyring, sealer, state, channels, hasher } = common;
  const { email, text, deliverable } = channels;
  const { publicUrl } = config;
  const { throttle, versions, sessions } = state;
  const deps = { ...common, throttle, versions, sessions, email, text, publicUrl };
  const { passwordOf } = createSignInStore(db);
  const changePassword = createChangePassword({
    ...deps,
    passwordOf,
    judgeNewPassword: createJudgeNewPassword({ hasher, formerHashes: (userId, count) => formerHashes(db, userId, count) }),
    commit: createCommitPasswordChange(common),
    interruptsOf: createInterruptsOf({ db, deliverable }),
  });
  const remindUserName = createRemindUserName({ ...deps, queue: createMessageQueue(db), proofOfWork: createProofOfWork(common) });
  return {
    changePassword,
    remindUserName,
    handlers: {
      "send-change-notice": createSendChangeNotice({
        ...deps,
        contacts: createContactStore({ db, sealer }),
        tokens: createOneTimeTokens(keyring),
      }),
      "send-user-name": createSendUserName({
        ...deps,
        userNamesAt: createUserNamesAt({ db, sealer }),
        record: (events) => writeAuditEvents(db, events),
      }),
    },
    register(api, authenticate) {
      registerChangePasswordRoutes(api, { authenticate, changePassword, publicUrl });
      registerUserNameReminderRoutes(api, { remindUserName });
    },
  };
}
