/** Whose tokens a tenant takes for the calls of its own people (`tenants.trusted_issuer`). */
export interface TrustedIssuer {
  /** Compared with `iss`, character by character. */
  readonly issuer: string;
  /** One of `aud`. */
  readonly audience: string;
  /** Where the issuer's keys are, and the only address that is asked for any. */
  readonly jwksUrl: string;
  /** The claim that holds a user principal name of the tenant, or an external id. */
  readonly userClaim: string;
}

const LONGEST = 500;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** A sentence for each thing that is wrong, by field. Empty: it can be trusted. */
export function faultsOfIssuer({ issuer, audience, jwksUrl, userClaim }: TrustedIssuer): Partial<Record<keyof TrustedIssuer, string>> {
  return {
    ...(isWord(issuer) ? {} : { issuer: WORD }),
    ...(isWord(audience) ? {} : { audience: WORD }),
    ...(isKeyAddress(jwksUrl) ? {} : { jwksUrl: "must be an https URL (http on this machine alone), without a user name and a fragment." }),
    ...(isWord(userClaim) ? {} : { userClaim: WORD }),
  };
}

const WORD = `must be 1 to ${LONGEST} characters without white space.`;

/** What a configured issuer may be called; whatever else a token says of itself is looked up nowhere. */
export function isWord(text: string): boolean {
  return text.length <= LONGEST && /^[^\s\p{C}]+$/u.test(text);
}

/** Keys that come over plain HTTP are whoever's stands in between. */
function isKeyAddress(text: string): boolean {
  if (!isWord(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (username !== "" || password !== "" || hash !== "") return false;
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}
