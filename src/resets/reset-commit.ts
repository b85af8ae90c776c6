import type { Account } from "../users/account.ts";
import type { ResetFlow } from "./reset-flow.ts";

export interface CommitInput {
  readonly flow: ResetFlow;
  readonly userId: string;
  readonly phc: string;
  /** Keyed tag of the network the person came from: familiar from now on. */
  readonly sourceTag: string;
  readonly now: number;
  /** Asked under the locks of the transaction: whether the account, as it is at this moment, may still be reset by this flow. */
  readonly stillOpen: (account: Account) => boolean;
}

export type CommitResult =
  | { readonly outcome: "committed"; readonly credentialVersion: number }
  /** This flow has completed a reset before. */
  | { readonly outcome: "spent" }
  | { readonly outcome: "closed" };

/** All that must be true for ever about a reset, in one transaction: either all of it or none (security.md C12). */
export type CommitReset = (input: CommitInput) => Promise<CommitResult>;
