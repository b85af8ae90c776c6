import type { TenantFacts } from "../tenants/tenant.ts";
import type { Account } from "./account.ts";
import { lookupKey } from "./user-principal-name.ts";

/** The state of a password, without the password. Times in milliseconds. */
export interface PasswordState {
  readonly mustChange: boolean;
  readonly temporary: boolean;
  readonly neverExpires: boolean;
  readonly expiresAt: number | null;
  readonly changedAt: number;
}

/** A person as administrators see them. */
export interface UserRecord {
  readonly account: Account;
  /** The comparison key of the name, by which lists are ordered. */
  readonly key: string;
  /** `null`: none was ever set here. */
  readonly password: PasswordState | null;
  /** What became of the last reset by somebody else; `null` where there was none, or another password came after it. */
  readonly temporary: TemporaryState | null;
  /** Milliseconds. Present on whoever was removed and can be restored. */
  readonly deletedAt?: number;
}

/** Milliseconds. */
export interface TemporaryState {
  readonly deliveredAt: number | null;
  readonly openedAt: number | null;
  readonly usedAt: number | null;
}

/** `{id}` of the API: an id, or a user principal name (contract, section 6). */
export type UserAddress = { readonly id: string } | { readonly key: string };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

export function userAddress(text: string): UserAddress {
  return isUuid(text) ? { id: text } : { key: lookupKey(text) };
}

/** What a list of people may be narrowed by; together, all hold. */
export interface UserFilter {
  /** The beginning of the user name or of a name of the person, in any case. */
  readonly search?: string;
  readonly role?: string;
  /** A group's id; who is in it through other groups counts. */
  readonly group?: string;
  readonly enabled?: boolean;
  readonly licensed?: boolean;
  /** `null`: the built-in directory. */
  readonly directory?: string | null;
  /** Milliseconds. Present: whoever was removed after it, and nobody else. */
  readonly removedAfter?: number;
}

export interface UserRecords {
  /** One statement. */
  find(tenant: TenantFacts, address: UserAddress): Promise<UserRecord | null>;
  /** In the order of the keys, from the one after `after`. One statement. */
  page(tenant: TenantFacts, filter: UserFilter, after: string | null, limit: number): Promise<UserRecord[]>;
}
