import { randomUUID } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { ContactMethod } from "../methods/contact-method.ts";
import { filledIn, valueTag } from "../methods/method-store.pg.ts";
import type { UserPrincipalName } from "./user-principal-name.ts";

type Executor = Kysely<Database> | Transaction<Database>;

export interface NewUser {
  readonly tenantId: string;
  readonly name: UserPrincipalName;
  readonly displayName?: string | null;
  readonly givenName?: string | null;
  readonly surname?: string | null;
  readonly mail?: string | null;
  readonly jobTitle?: string | null;
  readonly department?: string | null;
  readonly usageLocation?: string | null;
  readonly preferredLanguage?: string | null;
  readonly externalId?: string | null;
  readonly enabled?: boolean;
  readonly licensed?: boolean;
  readonly roles?: readonly string[];
  readonly methods?: readonly ContactMethod[];
  /** The person's own proof of the methods stands in for: a demonstration, or a bootstrap. */
  readonly methodsVerified?: boolean;
  readonly password?: { readonly phc: string; readonly temporary: boolean; readonly expiresAt: Date | null };
}

/** A row for a new person. Kept in one place, so that one person, an import and a bootstrap store the same. */
export function userRow(user: NewUser, id: string, now: number) {
  return {
    id,
    tenant_id: user.tenantId,
    user_principal_name: user.name.userPrincipalName,
    upn_key: user.name.key,
    display_name: user.displayName ?? null,
    given_name: user.givenName ?? null,
    surname: user.surname ?? null,
    mail: user.mail ?? null,
    job_title: user.jobTitle ?? null,
    department: user.department ?? null,
    usage_location: user.usageLocation ?? null,
    preferred_language: user.preferredLanguage ?? null,
    external_id: user.externalId ?? null,
    enabled: user.enabled ?? true,
    licensed: user.licensed ?? true,
    directory_id: null,
    recovery_frozen_at: null,
    created_at: new Date(now),
    updated_at: new Date(now),
    deleted_at: null,
  };
}

/** Adds a person with everything that belongs to them. To be called in a transaction. `null` when the name is taken. */
export async function insertUser(trx: Executor, user: NewUser, { sealer, now }: { sealer: Sealer; now: number }): Promise<string | null> {
  const id = randomUUID();
  const inserted = await trx
    .insertInto("users")
    .values(userRow(user, id, now))
    .onConflict((oc) => oc.column("upn_key").doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) return null;
  const at = new Date(now);
  if (user.roles !== undefined && user.roles.length > 0)
    await trx
      .insertInto("user_roles")
      .values(user.roles.map((role) => ({ user_id: id, role, granted_at: at })))
      .execute();
  if (user.methods !== undefined && user.methods.length > 0) {
    const rows = user.methods.map((method, index) => filledIn(id, method, valueTag(sealer, method), index, { sealer, now }));
    const verified = user.methodsVerified === true ? { source: "user" as const, verified_at: at } : {};
    await trx
      .insertInto("authentication_methods")
      .values(rows.map((row) => ({ ...row, ...verified })))
      .onConflict((oc) => oc.doNothing())
      .execute();
  }
  if (user.password !== undefined) {
    const { phc, temporary, expiresAt } = user.password;
    await trx
      .insertInto("passwords")
      .values({ user_id: id, phc, temporary, must_change: temporary, expires_at: expiresAt, changed_at: at })
      .execute();
  }
  return id;
}
