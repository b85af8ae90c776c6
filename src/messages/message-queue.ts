import type { ChallengeMethod } from "../methods/method.ts";

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
  | { readonly task: "raise-credential-version"; readonly userId: string; readonly version: number };

/** The durable queue in PostgreSQL. `enqueue` is one statement. */
export interface MessageQueue {
  enqueue(job: Job): Promise<void>;
}
