import type { UserAddress } from "./user-record.ts";
import type { Act } from "./user-writer.ts";

/**
 * Has somebody register security info anew at the next sign-in. One transaction with its audit event. Never a holder of an administrator
 * role: judged under the lock of the person's row (contract, section 4).
 */
export type RequireRegistration = (address: UserAddress, act: Act) => Promise<"required" | "unknown" | "administrator">;
