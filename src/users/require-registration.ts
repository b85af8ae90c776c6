import type { OutOfReach } from "./reach.ts";
import type { UserAddress } from "./user-record.ts";
import type { Act } from "./user-writer.ts";

export type Required =
  | { readonly outcome: "required" }
  | { readonly outcome: "unknown" }
  | { readonly outcome: "out-of-reach"; readonly beyond: OutOfReach };

/**
 * Has somebody register security info anew at the next sign-in. One transaction with its audit event. Reach is judged under the
 * lock of the person's row.
 */
export type RequireRegistration = (address: UserAddress, act: Act) => Promise<Required>;
