import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from "jose";
import type { Test } from "tap";
import type { TrustedIssuer } from "../../src/sign-in/trusted-issuer.ts";
import type { StartedProduct } from "../journeys/product.ts";

type Claims = Readonly<Record<string, unknown>>;

interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** An identity provider on loopback, that serves its keys and signs tokens. */
export interface ExternalIssuer {
  readonly trusted: TrustedIssuer;
  /** How often its keys were asked for. */
  asked(): number;
  /** Other keys from now on: the last one signs. */
  publish(...keys: IssuerKey[]): void;
  newKey(kid: string, alg?: string): Promise<IssuerKey>;
  /** A good token but for what is given. @param by signs in place of the newest key */
  sign(claims: Claims, header?: Partial<JWTHeaderParameters>, by?: IssuerKey): Promise<string>;
  /** Answers like this in place of its keys; `null`: its keys again. */
  behave(answer: ((request: IncomingMessage, response: ServerResponse) => void) | null): void;
  away(): Promise<void>;
}

export async function startIssuer(t: Test, now: () => number): Promise<ExternalIssuer> {
  let keys: IssuerKey[] = [];
  let asked = 0;
  let answer: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;
  const server = createServer(async (request, response) => {
    asked += 1;
    if (answer !== null) return answer(request, response);
    const set = await Promise.all(keys.map(async ({ kid, alg, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg, use: "sig" })));
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: set }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const away = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((closed) => server.close(closed));
  };
  t.teardown(away);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const trusted = { issuer: "https://login.contoso.example/", audience: "rekey", jwksUrl: `${origin}/keys`, userClaim: "upn" };
  const newKey = async (kid: string, alg = "RS256"): Promise<IssuerKey> => ({ kid, alg, ...(await generateKeyPair(alg)) });
  keys = [await newKey("first")];
  return {
    trusted,
    newKey,
    away,
    asked: () => asked,
    publish(...published) {
      keys = published;
    },
    async sign(claims, header = {}, by = keys.at(-1)) {
      if (by === undefined) throw new Error("the issuer has no key");
      const seconds = Math.floor(now() / 1000);
      const payload = { iss: trusted.issuer, aud: trusted.audience, iat: seconds, exp: seconds + 300, ...claims };
      const signing = { crit: Object.fromEntries((header.crit ?? []).map((name) => [name, true])) };
      return new SignJWT(payload).setProtectedHeader({ alg: by.alg, kid: by.kid, typ: "at+jwt", ...header }).sign(by.privateKey, signing);
    },
    behave(other) {
      answer = other;
    },
  };
}

/** Has the tenant of the demonstration, or another one, trust it. */
export async function trust(run: StartedProduct, trusted: TrustedIssuer | null, tenantId = run.demo.tenant.id): Promise<void> {
  const written = trusted === null ? null : JSON.stringify(trusted);
  await run.connection.pool.query("update tenants set trusted_issuer = $2 where id = $1", [tenantId, written]);
}
