import { randomUUID } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { ContactMethod } from "./contact-method.ts";

type Executor = Kysely<Database> | Transaction<Database>;

/** Where a method's value is sealed to: a value copied to another person or row does not open (security.md F07). */
export function methodPlace(userId: string, methodId: string): string {
  return `authentication_methods/${userId}/${methodId}`;
}

export interface ReplaceOptions {
  readonly db: Executor;
  readonly sealer: Sealer;
  readonly now: number;
}

/**
 * Replaces what administrators have filled in of the named types by `methods`, and touches nothing that the person registered.
 * A value that stays keeps its row. True when anything changed.
 */
export async function replaceFilledInMethods(
  userId: string,
  methods: readonly ContactMethod[],
  types: readonly string[],
  { db, sealer, now }: ReplaceOptions,
): Promise<boolean> {
  const kept = await db
    .selectFrom("authentication_methods")
    .select(["id", "type", "value_tag", "source", "verified_at"])
    .where("user_id", "=", userId)
    .where("type", "in", types.length === 0 ? ["none"] : types)
    .execute();
  const wanted = methods.map((method) => ({ ...method, tag: valueTag(sealer, method) }));
  const isWanted = (row: (typeof kept)[number]) => wanted.some((method) => method.type === row.type && method.tag === row.value_tag);
  // What the person has only begun to register would be forgotten in a day: the value filled in takes its place.
  const begun = (row: (typeof kept)[number]) => row.source === "user" && row.verified_at === null;
  const gone = kept.filter((row) => (row.source === "admin" && !isWanted(row)) || (begun(row) && isWanted(row)));
  const staying = kept.filter((row) => !gone.includes(row));
  const fresh = wanted.filter((method) => !staying.some((row) => row.type === method.type && row.value_tag === method.tag));
  if (gone.length > 0)
    await db
      .deleteFrom("authentication_methods")
      .where(
        "id",
        "in",
        gone.map((row) => row.id),
      )
      .execute();
  if (fresh.length > 0)
    await db
      .insertInto("authentication_methods")
      .values(fresh.map((method, index) => filledIn(userId, method, method.tag, index, { sealer, now })))
      .onConflict((oc) => oc.doNothing())
      .execute();
  return gone.length + fresh.length > 0;
}

/** A row for a value that an administrator filled in. The index keeps the order in which the values were given. */
export function filledIn(
  userId: string,
  method: ContactMethod,
  tag: string,
  index: number,
  { sealer, now }: { sealer: Sealer; now: number },
) {
  const id = randomUUID();
  return {
    id,
    user_id: userId,
    type: method.type,
    sealed_value: sealer.seal(methodPlace(userId, id), method.value),
    value_tag: tag,
    hint: method.hint,
    name: null,
    source: "admin" as const,
    verified_at: null,
    usable_from: null,
    last_step: null,
    created_at: new Date(now + index),
    last_used_at: null,
  };
}

export function valueTag(sealer: Sealer, { type, value }: { type: string; value: string }): string {
  return sealer.tag(`method ${type}`, value);
}
