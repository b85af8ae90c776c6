import type { ChallengeMethod, MethodType } from "../methods/method.ts";

/** Work that must be done once its cause is committed. No code, name or address is in it: the worker looks those up. */
export type Job =
  | { readonly task: "send-code"; readonly flowId: string; readonly challengeId: string }
  | {
      readonly task: "send-notice";
      readonly notice: "password-changed";
      readonly userId: string;
      readonly flowId: string;
      /** The "this was not me" link; its token is derived from the id, and stored nowhere. */
      readonly linkId: string;
      /** Sealed: who asked, from where, when. */
      readonly origin: string;
    }
  | {
      readonly task: "send-notice";
      readonly notice: "unlocked";
      readonly userId: string;
      readonly flowId: string;
      /** Sealed: who asked, from where, when. */
      readonly origin: string;
    }
  | {
      readonly task: "send-pause-notice";
      readonly userId: string;
      readonly flowId: string;
      readonly supportCode: string;
      /** Whose wrong codes were too many. */
      readonly method: ChallengeMethod;
      /** Milliseconds: when the last of them came, and until when no more are taken. */
      readonly at: number;
      readonly pausedUntil: number;
    }
  | {
      readonly task: "send-registration-code";
      readonly userId: string;
      readonly methodId: string;
      readonly challengeId: string;
      /** Sealed to `originId`: who asked, from where, when. */
      readonly originId: string;
      readonly origin: string;
    }
  | {
      readonly task: "send-method-notice";
      readonly change: "added" | "changed" | "removed" | "code-used";
      readonly userId: string;
      readonly methodId: string;
      readonly type: MethodType;
      /** Milliseconds. */
      readonly at: number;
      /** The "this was not me" link. */
      readonly linkId: string;
      /** Sealed to `originId`: who did it, from where. Absent where a flow does not tell. */
      readonly originId?: string;
      readonly origin?: string;
      /** Sealed: the value that was there before, which is told too, without the link. */
      readonly former?: string;
    }
  | {
      readonly task: "send-change-notice";
      readonly userId: string;
      /** The "this was not me" link. */
      readonly linkId: string;
      /** Sealed to the link: who changed the password, from where, when. */
      readonly origin: string;
    }
  | {
      readonly task: "send-user-name";
      /** Which reminder it is; for names that nobody has, too. */
      readonly reminderId: string;
      readonly type: "email" | "mobilePhone";
      /** Keyed tags of what was typed. */
      readonly valueTags: readonly string[];
      /** Sealed to the reminder: who asked, from where, when. */
      readonly origin: string;
    }
  | {
      readonly task: "send-reset-link";
      readonly userId: string;
      /** The one-time link; its token is derived from the id, and stored nowhere. */
      readonly linkId: string;
      /** Milliseconds: when the link ends. */
      readonly expiresAt: number;
      /** Milliseconds: when it was asked for. */
      readonly at: number;
      /** Sealed: the one address it goes to. Absent: every stored mail address of the person. */
      readonly to?: string;
    }
  | {
      readonly task: "send-reset-by-administrator-notice";
      readonly userId: string;
      /** The "this was not me" link. */
      readonly linkId: string;
      /** What the person now has: a password from the administrator, a link, or both. */
      readonly given: "password" | "link" | "both";
      /** Milliseconds. */
      readonly at: number;
    }
  | {
      /** To every Global Administrator but the one who acted, about what another one did. */
      readonly task: "send-administrators-notice";
      readonly tenantId: string;
      readonly notice: AdministratorsNotice;
      /** To whom it was done. */
      readonly userId?: string;
      readonly actor: { readonly kind: "app" | "user" | "operator" | "system" | "anonymous"; readonly id?: string };
      /** Milliseconds. */
      readonly at: number;
      /**
       * For the words: `total`, `done` and `failed` of a job, `act` of what was done alone (`reset-administrator`, `reset-everyone`,
       * `weaken-policy`), `state` (`on`, `off`) of the two-person rule, or of who was made or unmade a
       * Global Administrator. Never contact data, never a secret.
       */
      readonly details: Readonly<Record<string, string | number>>;
    }
  | {
      /** The next part of a job that resets many. One that was done already is passed over. */
      readonly task: "run-password-job";
      readonly passwordJobId: string;
      readonly part: number;
    }
  | {
      /** To whoever asked for it and named an address: it is over. */
      readonly task: "send-password-job-notice";
      readonly passwordJobId: string;
    }
  | { readonly task: "lift-lockout"; readonly userId: string }
  | {
      /** To those who could agree to an act that waits. What it is about is read from its row. */
      readonly task: "send-approval-notice";
      readonly tenantId: string;
      readonly approvalId: string;
    }
  | {
      readonly task: "send-help-request";
      /** Which request it is; for names that nobody has, too. */
      readonly requestId: string;
      /** Sealed to the request: whose account it is said to be, what was written, who asked, from where, when. */
      readonly asked: string;
    }
  | { readonly task: "raise-credential-version"; readonly userId: string; readonly version: number };

/** What all Global Administrators are told. */
export type AdministratorsNotice =
  | "password-reset"
  | "job-finished"
  | "break-glass"
  | "acted-alone"
  | "recovered"
  | "two-person-rule"
  | "role-changed";

/** The durable queue in PostgreSQL. `enqueue` is one statement. */
export interface MessageQueue {
  enqueue(job: Job): Promise<void>;
}
