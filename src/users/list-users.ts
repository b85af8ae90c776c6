import type { Circumstances } from "../policy/eligibility.ts";
import type { TenantStore } from "../tenants/tenant-store.ts";
import type { Caller } from "./user-actions.ts";
import { type UserFilter, type UserRecords, userAddress } from "./user-record.ts";
import { type UserView, viewUser } from "./user-view.ts";

interface Deps {
  readonly tenants: TenantStore;
  readonly users: UserRecords;
}

/** `null` for nobody of this tenant, whoever else has them (security.md K12). @param caller for whom `actions` are told */
export type ReadUser = (tenantId: string, id: string, circumstances: Circumstances, caller?: Caller) => Promise<UserView | null>;

export function createReadUser({ tenants, users }: Deps): ReadUser {
  return async (tenantId, id, circumstances, caller) => {
    const { facts } = await tenants.read(tenantId);
    const record = await users.find(facts, userAddress(id));
    return record === null ? null : viewUser(record, circumstances, caller);
  };
}

export interface ListQuery extends UserFilter {
  readonly registered?: boolean;
}

export interface UserPage {
  readonly items: UserView[];
  /** Where the next page begins; `null` at the end. */
  readonly next: string | null;
}

export type ListUsers = (
  caller: Caller,
  query: ListQuery,
  page: { limit: number; after: string | null },
  now: Circumstances,
) => Promise<UserPage>;

const PIECE = 500;
const MOST_READ = 5_000;

/**
 * Whether somebody is registered is judged by the rules that decide, not by SQL that repeats them: so people are read in pieces and
 * judged. After so many a page ends, even when it is short; its cursor goes on.
 */
export function createListUsers({ tenants, users }: Deps): ListUsers {
  return async (caller, { registered, ...filter }, { limit, after }, circumstances) => {
    const { facts } = await tenants.read(caller.tenantId);
    const items: UserView[] = [];
    let place = after;
    for (let read = 0; read < MOST_READ; read += PIECE) {
      const size = registered === undefined ? limit + 1 : PIECE;
      const found = await users.page(facts, filter, place, size);
      for (const record of found) {
        const user = viewUser(record, circumstances, caller);
        if (registered === undefined || user.securityInfo.registered === registered) {
          if (items.length === limit) return { items, next: place };
          items.push(user);
        }
        place = record.key;
      }
      if (found.length < size) return { items, next: null };
    }
    return { items, next: place };
  };
}
