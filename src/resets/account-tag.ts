import type { Sealer } from "../keys/sealer.ts";
import { newId, type Random } from "../kit/random.ts";
import type { FlowAddress } from "./reset-store.ts";

/** 64 hash tags, so that the keys of one account lie on one node of a cluster, and an id tells no more than one of 64. */
export const BUCKETS: readonly string[] = Array.from({ length: 64 }, (_, index) => `b${index.toString().padStart(2, "0")}`);

const FLOW_ID = /^(b(?:[0-5]\d|6[0-3]))-[\w-]{22}$/;

/** A keyed tag of a comparison key, of a known name or not: equal names meet, and Redis holds no name. */
export function accountTag(sealer: Sealer, upnKey: string): string {
  return sealer.tag("account", upnKey).slice(0, 22);
}

/** A new flow's address, in the bucket of its account. */
export function newFlowAddress(account: string, random: Random): FlowAddress {
  return addressIn(account, newId(random));
}

/** The address of a flow in the bucket of its account. @param name 22 base64url characters */
export function addressIn(account: string, name: string): FlowAddress {
  const index = (Buffer.from(account, "base64url")[0] ?? 0) % BUCKETS.length;
  const bucket = BUCKETS[index] ?? "b00";
  return { bucket, flowId: `${bucket}-${name}` };
}

/** The address in an id that came from outside; `null` where it cannot be one of ours. */
export function flowAddress(flowId: string): FlowAddress | null {
  const bucket = FLOW_ID.exec(flowId)?.[1];
  return bucket === undefined ? null : { bucket, flowId };
}
