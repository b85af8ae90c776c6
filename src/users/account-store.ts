import type { TenantFacts } from "../tenants/tenant.ts";
import type { Account } from "./account.ts";

/** What a name leads to: the organisation of its domain, if there is one, and the person, if there is one. */
export interface Found {
  readonly tenant: TenantFacts | null;
  readonly account: Account | null;
  /** The person, or the account that stands in for nobody: what is judged, so that judging takes the same work for every name. */
  readonly judged: Account;
}

export interface AccountStore {
  /** One statement, the same one for every name, known or not. */
  findByName(name: { key: string; domain: string }, sourceTag: string): Promise<Found>;
  /** One statement. `null` when the person is gone. */
  findById(userId: string, sourceTag: string): Promise<Account | null>;
}
