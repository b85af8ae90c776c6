import { sql, type Transaction } from "kysely";
import { bulkInsert, bytesInText } from "../database/bulk-insert.pg.ts";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import { maskedContact } from "../methods/contact-method.ts";
import { filledIn } from "../methods/method-store.pg.ts";
import { type Disabled, IMPORTED_FIELDS, type NewMethod, type PersonUpdate } from "./import-job.ts";
import type { ImportedUser } from "./import-row.ts";
import { userRow } from "./user-store.pg.ts";
import type { RecordedAct } from "./user-writer.ts";

type Trx = Transaction<Database>;

/** What a person gets, whether they were there before or not. */
export interface Incoming {
  readonly id: string;
  readonly phc: string | null;
  readonly methods: readonly NewMethod[];
  /** Folded name → name of the groups to be put into. */
  readonly join: ReadonlyMap<string, string>;
}

/** One statement for all, whichever fields each of them changes. Answers whose sessions end. */
export async function updateFields(trx: Trx, updates: readonly PersonUpdate[], now: number): Promise<Disabled> {
  const changed = updates.filter(({ fields }) => Object.keys(fields).length > 0).map(({ id, fields }) => ({ id, ...fields }));
  if (changed.length === 0) return [];
  const asked = sql`
    json_to_recordset(${JSON.stringify(changed)}::json) as r(id uuid, "displayName" text, "givenName" text, surname text, mail text,
      "jobTitle" text, department text, "usageLocation" text, "preferredLanguage" text, "externalId" text, enabled boolean, licensed boolean)`;
  const assignments = IMPORTED_FIELDS.map((field) => {
    const column = sql.ref(field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    return sql`${column} = coalesce(r.${sql.ref(field)}, u.${column})`;
  });
  const { rows } = await sql<{ id: string; credentialVersion: number; ended: boolean }>`
    update users u set ${sql.join(assignments)}, updated_at = ${new Date(now)},
      credential_version = u.credential_version + case when r.enabled is false then 1 else 0 end
    from ${asked} where u.id = r.id
    returning u.id, u.credential_version as "credentialVersion", r.enabled is false as ended`.execute(trx);
  return rows.filter(({ ended }) => ended).map(({ id, credentialVersion }) => ({ id, credentialVersion }));
}

/** False when one of the names has been taken in the meantime. */
export async function insertPeople(
  trx: Trx,
  people: readonly { readonly id: string; readonly user: ImportedUser }[],
  { tenantId, now }: RecordedAct,
): Promise<boolean> {
  const rows = people.map(({ id, user: { methods: _methods, password: _password, ...facts } }) => {
    const { userPrincipalName, upnKey: key, domain } = facts;
    const localPart = userPrincipalName.slice(0, userPrincipalName.lastIndexOf("@"));
    return userRow({ tenantId, ...facts, name: { ok: true, userPrincipalName, key, localPart, domain } }, id, now);
  });
  const inserted = await bulkInsert(trx, "users", rows, { ignoreConflicts: true, orderBy: "upn_key", returning: "id" });
  return inserted.length === rows.length;
}

export async function insertMethods(trx: Trx, sealer: Sealer, people: readonly Incoming[], now: number): Promise<void> {
  const rows = people.flatMap(({ id, methods }) =>
    methods.map(({ type, value, tag }, index) => {
      const row = filledIn(id, maskedContact(type, value), tag, index, { sealer, now });
      return { ...row, sealed_value: bytesInText(row.sealed_value) };
    }),
  );
  await bulkInsert(trx, "authentication_methods", rows, { ignoreConflicts: true });
}

/** First passwords: whoever has one keeps it. */
export async function insertPasswords(trx: Trx, people: readonly Incoming[], now: number): Promise<void> {
  const state = { must_change: false, temporary: false, never_expires: false, suspended: false, changed_at: new Date(now) };
  const rows = people.filter(({ phc }) => phc !== null).map(({ id, phc }) => ({ user_id: id, phc, ...state }));
  await bulkInsert(trx, "passwords", rows, { ignoreConflicts: true });
}
