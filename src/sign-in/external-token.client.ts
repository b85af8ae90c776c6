import { createRemoteJWKSet, customFetch, decodeJwt, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { type Clock, SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { ExternalTokens } from "./external-person.ts";
import type { TrustedIssuer } from "./trusted-issuer.ts";

/** Asymmetric ones alone: what verifies a token must not be able to make one (RFC 8725 §3.1, §3.2). */
const ALGORITHMS = ["EdDSA", "Ed25519", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];
/** Of access tokens (RFC 9068 §2.1) and ID tokens; what else an issuer signs says something else (RFC 8725 §3.11). */
const TYPES = [undefined, "at+jwt", "application/at+jwt", "jwt"];
const TOLERANCE_SECONDS = 30;
const TIMEOUT_MS = 3 * SECOND;
const LARGEST_KEY_SET = 256 * 1024;
const LONGEST_NAME = 500;

interface Options {
  readonly clock: Clock;
  /** A key that is not there is looked for again after so long, whoever asks for it. */
  readonly floorMs?: number;
  /** An issuer that did not answer is asked again after so long. */
  readonly restMs?: number;
}

/**
 * Verifies tokens of issuers that a tenant trusts, by `jose`. Keys come from the configured address and from no other: what a token's header
 * says of keys is not read, and no redirect is followed (security.md Q03).
 */
export function createExternalTokens({ clock, floorMs = 30 * SECOND, restMs = 5 * SECOND }: Options): ExternalTokens {
  const sources = new Map<string, KeySource>();
  const sourceAt = (url: string): KeySource => {
    const source = sources.get(url) ?? createKeySource(url, { clock, floorMs, restMs });
    sources.set(url, source);
    return source;
  };
  return {
    claimed(token) {
      try {
        const { iss: issuer, aud } = decodeJwt(token);
        const audiences = [aud].flat().filter((audience) => typeof audience === "string");
        return typeof issuer === "string" && issuer.length <= LONGEST_NAME ? { issuer, audiences } : null;
      } catch {
        return null;
      }
    },
    async nameIn(token, { issuer, audience, jwksUrl, userClaim }: TrustedIssuer) {
      const { keys, failed } = sourceAt(jwksUrl);
      try {
        const { payload, protectedHeader } = await jwtVerify(token, keys, {
          issuer,
          audience,
          algorithms: ALGORITHMS,
          requiredClaims: ["exp", userClaim],
          clockTolerance: TOLERANCE_SECONDS,
          currentDate: new Date(clock.now()),
        });
        const name = payload[userClaim];
        const good = TYPES.includes(protectedHeader.typ?.toLowerCase()) && typeof name === "string" && name !== "";
        return good && name.length <= LONGEST_NAME ? name : null;
      } catch (error) {
        if (isTokensFault(error)) return null;
        failed();
        throw new Problem("unavailable", { retryAfter: restMs / SECOND, cause: error });
      }
    },
  };
}

/** Whatever else went wrong is about the keys: the issuer is away, or answers something that is no key set. */
function isTokensFault(error: unknown): boolean {
  return [
    errors.JWTInvalid,
    errors.JWTExpired,
    errors.JWTClaimValidationFailed,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
  ].some((fault) => error instanceof fault);
}

interface KeySource {
  readonly keys: JWTVerifyGetKey;
  /** What it answered is of no use. */
  failed(): void;
}

/** Strangers who send tokens of an issuer that is away must not have it asked at each of them, nor wait for it. */
function createKeySource(url: string, { clock, floorMs, restMs }: Required<Options>): KeySource {
  let restUntil = 0;
  const fetchKeys = async (address: string, options: RequestInit): Promise<Response> => {
    if (clock.now() < restUntil) throw new Error("the issuer gave no keys a moment ago");
    return fetchKeySet(address, options);
  };
  return {
    keys: createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS, cooldownDuration: floorMs, [customFetch]: fetchKeys }),
    failed() {
      if (clock.now() >= restUntil) restUntil = clock.now() + restMs;
    },
  };
}

/** Reads no more than a key set is long. */
async function fetchKeySet(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...options, redirect: "error" });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LARGEST_KEY_SET) throw new Error("the key set is too large");
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status: response.status === 200 ? 200 : 502 });
}
