import type { TenantStore } from "../tenants/tenant-store.ts";
import { type UserRecords, userAddress } from "../users/user-record.ts";
import { type Circumstances, type Eligibility, judgeEligibility } from "./eligibility.ts";

interface Deps {
  readonly tenants: TenantStore;
  readonly users: UserRecords;
  /** What groups of an organisation are called, by id. */
  readonly groupNames: (tenantId: string, groups: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

export interface WhoseEligibility {
  readonly tenantId: string;
  /** An id or a user name. */
  readonly user: string;
  /** Judged as if they had no role, as anybody would be. */
  readonly asUser: boolean;
}

/** Whether somebody can reset, and why, for who helps them. `null` for nobody of this organisation. */
export type ExplainEligibility = (whose: WhoseEligibility, circumstances: Circumstances) => Promise<Eligibility | null>;

export function createExplainEligibility({ tenants, users, groupNames }: Deps): ExplainEligibility {
  return async ({ tenantId, user, asUser }, circumstances) => {
    const { facts } = await tenants.read(tenantId);
    const record = await users.find(facts, userAddress(user));
    if (record === null) return null;
    const { scope, groups } = facts.policy;
    const names = scope === "selected" ? await groupNames(tenantId, groups) : new Map<string, string>();
    const account = asUser ? { ...record.account, roles: [] } : record.account;
    return judgeEligibility(account, { ...circumstances, groupNames: names });
  };
}
