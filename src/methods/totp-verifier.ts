export interface TotpCandidate {
  readonly id: string;
  readonly revision: number;
}

/**
 * Checks a code of an authenticator app (RFC 6238): 30 s steps, this step or the one before (§5.2), and no step twice, nor an earlier
 * one, by one conditional update in PostgreSQL that all purposes share. The same statements run where there is nobody.
 */
export interface TotpVerifier {
  /** The candidate whose code it was; `null` for none. */
  verify(userId: string | null, candidates: readonly TotpCandidate[], code: string): Promise<TotpCandidate | null>;
}
