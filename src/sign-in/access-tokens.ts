/** What an access token says. `typ` `at+jwt` (RFC 9068), `aud` our API, 15 minutes. */
export interface AccessClaims {
  /** User id or client id. */
  readonly sub: string;
  readonly tid: string;
  readonly kind: "user" | "app";
  /** Of an application, space-separated. */
  readonly scope?: string;
  /** Of a person: the credential version it was made under; an older one is dead. */
  readonly cv?: number;
  /** The token is good for this interruption alone. */
  readonly limit?: "change-password";
}

export const ACCESS_TOKEN_SECONDS = 900;

export interface AccessTokens {
  sign(claims: AccessClaims): string;
  /** `null` for whatever is not a live token of ours. */
  verify(token: string): AccessClaims | null;
}
