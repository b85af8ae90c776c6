import type { Sealer } from "../keys/sealer.ts";

/** Who asks, as far as the connection tells: for the words of messages, the counters, and the record. */
export interface Origin {
  /** The client's address, from as many proxies as are trusted. */
  readonly address: string;
  /** Browser and system in a few words, from the User-Agent; `null` where there is none. */
  readonly device: string | null;
  /** The language of the page or of `Accept-Language`. */
  readonly language: string;
}

export interface SealedOrigin extends Origin {
  readonly at: number;
}

/** Sealed, since it rests in Redis and in the queue and is nobody's business there. Base64. */
export function sealOrigin(sealer: Sealer, flowId: string, origin: Origin, at: number): string {
  return sealer.seal(`origin/${flowId}`, JSON.stringify({ ...origin, at })).toString("base64");
}

export function openOrigin(sealer: Sealer, flowId: string, sealed: string): SealedOrigin {
  return JSON.parse(sealer.unseal(`origin/${flowId}`, Buffer.from(sealed, "base64"))) as SealedOrigin;
}
