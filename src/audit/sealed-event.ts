import { createHmac } from "node:crypto";

/** An event as it stands in the table. */
export interface StoredEvent {
  readonly id: string;
  readonly at: Date;
  readonly tenant_id: string | null;
  readonly type: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly actor: unknown;
  readonly user_id: string | null;
  readonly flow_id: string | null;
  readonly support_code: string | null;
  readonly details: unknown;
}

/** One seal: the events of one tenant that were sealed together. `ids`, `ats` and `leaves` stand side by side. */
export interface Seal {
  readonly tenantId: string;
  /** 1, 2, 3 … for each tenant. */
  readonly number: number;
  readonly sealedAt: Date;
  readonly ids: readonly string[];
  readonly ats: readonly Date[];
  /** HMAC of each event; empty where the event was gone before it could be sealed. */
  readonly leaves: readonly Buffer[];
  readonly keyId: string;
  readonly previousHash: Buffer;
}

/** In the place of a tenant's id: what belongs to the whole installation. */
export const INSTALLATION = "00000000-0000-0000-0000-000000000000";
/** Before the first seal. */
export const NO_SEAL = Buffer.alloc(32);

/** What an event is known by: an id that comes with another time is another event. */
export function placeOf({ id, at }: Pick<StoredEvent, "id" | "at">): string {
  return `${at.getTime()} ${id}`;
}

/** Keyed, so that nobody who reads the log alone can write a leaf that fits, nor test guesses about an event that is gone. */
export function leafOf(key: Buffer, event: StoredEvent): Buffer {
  const { id, at, tenant_id, type, outcome, reason, actor, user_id, flow_id, support_code, details } = event;
  const fields = [id, at.getTime(), tenant_id, type, outcome, reason, actor, user_id, flow_id, support_code, details];
  return createHmac("sha256", key)
    .update(`event ${JSON.stringify(fields.map(sorted))}`)
    .digest();
}

/** Over everything in the seal, and the hash of the one before. */
export function hashOf(key: Buffer, { tenantId, number, sealedAt, ids, ats, leaves, keyId, previousHash }: Seal): Buffer {
  const hex = (bytes: Buffer) => bytes.toString("hex");
  const fields = [tenantId, number, sealedAt.getTime(), keyId, hex(previousHash), ids, ats.map((at) => at.getTime()), leaves.map(hex)];
  return createHmac("sha256", key)
    .update(`seal ${JSON.stringify(fields)}`)
    .digest();
}

/** JSON with its keys in one order: the database keeps none. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
