import { createHash } from "node:crypto";
import { seal, unseal } from "../kit/seal.ts";
import type { Secret } from "../kit/secret.ts";

/** A key as it rests in PostgreSQL: under a master key, and bound to its place. */
export interface WrappedKey {
  readonly id: string;
  readonly purpose: string;
  readonly sealed_key: Buffer;
  readonly master_key_id: string;
}

/** Wraps under the first master key. */
export function wrap(
  { id, purpose, bytes }: { id: string; purpose: string; bytes: Buffer },
  masterKeys: readonly Secret<Buffer>[],
): WrappedKey {
  const master = masterKeys[0]?.reveal();
  if (master === undefined) throw new Error("no master key");
  return { id, purpose, sealed_key: seal(master, place(purpose, id), bytes), master_key_id: masterKeyId(master) };
}

/** @throws when none of the master keys opens it */
export function unwrap({ id, purpose, sealed_key, master_key_id }: WrappedKey, masterKeys: readonly Secret<Buffer>[]): Buffer {
  const master = masterKeys.map((key) => key.reveal()).find((key) => masterKeyId(key) === master_key_id);
  if (master === undefined) throw new Error("MASTER_KEY does not open this database's keyring: it was wrapped by another key");
  return unseal(master, place(purpose, id), sealed_key);
}

/** Whether the first master key wraps it already. */
export function isWrappedByFirst({ master_key_id }: WrappedKey, masterKeys: readonly Secret<Buffer>[]): boolean {
  const first = masterKeys[0]?.reveal();
  return first !== undefined && masterKeyId(first) === master_key_id;
}

function place(purpose: string, id: string): string {
  return `keyring/${purpose}/${id}`;
}

/** Names a master key without telling it. */
function masterKeyId(key: Buffer): string {
  return createHash("sha256").update("rekey master key").update(key).digest("base64url").slice(0, 12);
}
