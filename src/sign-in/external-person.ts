import { isWord, type TrustedIssuer } from "./trusted-issuer.ts";

/** Whom a token of a trusted external issuer names; `null` when it names nobody. @throws {Problem} `unavailable` */
export type ExternalPerson = (token: string) => Promise<NamedPerson | null>;

export interface NamedPerson {
  readonly id: string;
  readonly tenantId: string;
}

/** Tokens that others made (`external-token.client.ts`). */
export interface ExternalTokens {
  /** What a token says of itself, before anything is proved: good for finding out whom to ask. `null` for what is no JWT. */
  claimed(token: string): { readonly issuer: string; readonly audiences: readonly string[] } | null;
  /** Whom a token names, if it is whole, alive and of this issuer. @throws {Problem} `unavailable`: the keys cannot be had */
  nameIn(token: string, trusted: TrustedIssuer): Promise<string | null>;
}

export interface ExternalPersonDeps {
  readonly externalTokens: ExternalTokens;
  readonly trustedBy: (issuer: string) => Promise<readonly { readonly tenantId: string; readonly trusted: TrustedIssuer }[]>;
  /** Somebody of the tenant who may sign in, by user principal name or external id. */
  readonly personNamed: (tenantId: string, name: string) => Promise<NamedPerson | null>;
}

/** The tenant is found by what the token says of itself; two that trust the same issuer for the same audience are none. */
export function createExternalPerson({ externalTokens, trustedBy, personNamed }: ExternalPersonDeps): ExternalPerson {
  return async (token) => {
    const claimed = externalTokens.claimed(token);
    if (claimed === null || !isWord(claimed.issuer)) return null;
    const trusting = (await trustedBy(claimed.issuer)).filter(({ trusted }) => claimed.audiences.includes(trusted.audience));
    const [tenant] = trusting;
    if (tenant === undefined || trusting.length > 1) return null;
    const name = await externalTokens.nameIn(token, tenant.trusted);
    return name === null || !isWord(name) ? null : personNamed(tenant.tenantId, name);
  };
}
