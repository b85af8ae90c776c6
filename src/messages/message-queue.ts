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
  | { readonly task: "raise-credential-version"; readonly userId: string; readonly version: number };

/** The durable queue in PostgreSQL. `enqueue` is one statement. */
export interface MessageQueue {
  enqueue(job: Job): Promise<void>;
}
