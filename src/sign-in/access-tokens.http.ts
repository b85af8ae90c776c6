import jwt from "@fastify/jwt";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import { ACCESS_TOKEN_SECONDS, type AccessClaims, type AccessTokens } from "./access-tokens.ts";
import type { TokenKeys } from "./token-keys.ts";

interface Options {
  readonly keys: TokenKeys;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly random: Random;
}

const TYPE = "at+jwt";

/**
 * Access tokens by `@fastify/jwt`. One algorithm, keys found by `kid` among our own alone, issuer and audience checked
 * (RFC 8725 §3.1, §3.8, §3.9, §3.10; security.md Q01 to Q03).
 */
export async function registerAccessTokens(app: Server, { keys, publicUrl, clock, random }: Options): Promise<AccessTokens> {
  const audience = `${publicUrl}/v1`;
  // The library wants a key to begin with; each token is signed by the one that is current then.
  const first = keys.current();
  await app.register(jwt, { secret: { private: first.privatePem, public: first.publicPem }, decode: { complete: true } });
  return {
    sign(claims) {
      const iat = Math.floor(clock.now() / 1000);
      const { kid, privatePem } = keys.current();
      return app.jwt.sign(
        { ...claims, iss: publicUrl, aud: audience, iat, exp: iat + ACCESS_TOKEN_SECONDS, jti: newId(random) },
        { key: privatePem, algorithm: "EdDSA", kid, header: { alg: "EdDSA", typ: TYPE } },
      );
    },
    verify(token) {
      try {
        const { header } = app.jwt.decode<{ header: { kid?: string; typ?: string } }>(token, { complete: true }) ?? { header: {} };
        const key = keys.find(header.kid ?? "");
        if (key === undefined || header.typ !== TYPE) return null;
        const verified = app.jwt.verify<{ payload: AccessClaims }>(token, {
          key: key.publicPem,
          algorithms: ["EdDSA"],
          allowedIss: publicUrl,
          allowedAud: audience,
          clockTimestamp: clock.now(),
          // Named here too: what is checked only where it stands is not checked where it is missing.
          requiredClaims: ["iss", "aud", "exp", "iat", "jti", "sub"],
          complete: true,
        });
        return verified.payload;
      } catch {
        return null;
      }
    },
  };
}
