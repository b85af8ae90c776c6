import type { UserAddress } from "./user-record.ts";
import type { Act } from "./user-writer.ts";

/**
 * Who holds which role. Each is one transaction with its audit event, judged by the roles that the caller has when it ends. What is so
 * already changes nothing.
 * @throws {Problem} `not-found`; `forbidden` for oneself and upwards; `conflict` for the last Global Administrator, and where a role came by a group
 */
export interface RoleGrants {
  grant(address: UserAddress, role: string, act: Act): Promise<void>;
  /** `not-found` also for a role that the person does not hold. */
  revoke(address: UserAddress, role: string, act: Act): Promise<void>;
  /** To everybody who is in the group, and will be. */
  grantToGroup(groupId: string, role: string, act: Act): Promise<void>;
  revokeFromGroup(groupId: string, role: string, act: Act): Promise<void>;
}
