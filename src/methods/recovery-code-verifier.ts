import type { MethodCandidate } from "./method.ts";

/**
 * Checks a saved recovery code. One slow hash under the salt of the set (80 bits are fewer than the 112 from which a plain hash would do:
 * NIST SP 800-63B-4 §3.1.2.2), then one conditional update that all purposes share: of many at once, one succeeds, and the code is
 * dead (§4.2.1.1). The same work and the same statements where there is nobody. The person is told of the use, and how many are left.
 */
export interface RecoveryCodeVerifier {
  /** The candidate whose code it was; `null` for none. */
  verify(userId: string | null, candidates: readonly MethodCandidate[], code: string): Promise<MethodCandidate | null>;
}
