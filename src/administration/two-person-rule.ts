import type { Act } from "../users/user-writer.ts";

/** What a second person may have to agree to, with all that carrying it out later needs. No secret is in it in the clear. */
export type WeightyAct =
  | { readonly kind: "reset-administrator"; readonly userId: string; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "reset-everyone"; readonly body: Readonly<Record<string, unknown>> }
  | {
      readonly kind: "weaken-policy";
      /** `restore`: both as they were; the patch is `{ version }`, the one to go back to. */
      readonly which: "users" | "administrators" | "restore";
      readonly version: number;
      readonly patch: Readonly<Record<string, unknown>>;
    };

export type Clearance =
  /** Go on. `alone`: the rule is on and nobody else could have agreed; everybody is told, and the event says so. */
  | { readonly outcome: "cleared"; readonly alone: boolean }
  /** 202 `{ approvalId }`: it waits for somebody. */
  | { readonly outcome: "waiting"; readonly approvalId: string };

/**
 * Asked by every weighty act before it does anything (security.md K06). Off in the tenant: cleared at once, without a statement more than
 * reading the policy.
 * @throws {Problem} `reauthentication-required` where the act is allowed alone, but only after a fresh second step
 */
export type AskSecondPerson = (act: Act, weighty: WeightyAct) => Promise<Clearance>;
