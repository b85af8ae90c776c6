import type { SessionLimit } from "./session.ts";

/** What an access token says. `typ` `at+jwt` (RFC 9068), `aud` our API, 15 minutes. */
export interface AccessClaims {
  /** User id or client id. */
  readonly sub: string;
  readonly tid: string;
  readonly kind: "user" | "app";
  /** Of an application, space-separated. */
  readonly scope?: string;
  /** Of a person: the session, which decides whether the token is good and for what. */
  readonly sid?: string;
  /** What the session was limited to then, for whoever reads the token; we go by what the session says now. */
  readonly limit?: SessionLimit;
}

export const ACCESS_TOKEN_SECONDS = 900;

export interface AccessTokens {
  sign(claims: AccessClaims): string;
  /** `null` for whatever is not a live token of ours. */
  verify(token: string): AccessClaims | null;
}
