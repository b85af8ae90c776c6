import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import t from "tap";
import { createTokenKeys } from "../../src/sign-in/token-keys.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { onEachState, setPassword, signIn, startReset } from "../journeys/reset-steps.ts";
import { userId } from "./another-person.ts";
import { begun, password, provedReset } from "./proved-reset.ts";

type Json = Readonly<Record<string, unknown>>;

const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A JWT made by hand. @param by a private key, a secret for HMAC, or `null` for no signature */
function forge(header: Json, payload: Json, by: KeyObject | string | null): string {
  const text = `${part(header)}.${part(payload)}`;
  if (by === null) return `${text}.`;
  if (typeof by === "string") return `${text}.${createHmac("sha256", by).update(text).digest("base64url")}`;
  return `${text}.${sign(by.asymmetricKeyType === "ed25519" ? null : "sha256", Buffer.from(text), by).toString("base64url")}`;
}

function decoded(token: string): { header: Json; payload: Json } {
  const [header = "", payload = ""] = token.split(".").map((text) => Buffer.from(text, "base64url").toString());
  return { header: JSON.parse(header), payload: JSON.parse(payload) };
}

async function signedIn(run: StartedProduct): Promise<string> {
  const { userPrincipalName, password: secret } = run.person("henrik");
  return (await signIn(run, userPrincipalName, secret)).json.accessToken;
}

t.test("Q01 Q02 Q03: no token but our own, whole, of the right kind and alive, opens anything", async (t) => {
  const run = await startProduct(t);
  const token = await signedIn(run);
  const { header, payload } = decoded(token);
  t.same(header, { alg: "EdDSA", typ: "at+jwt", kid: header.kid });
  const keys = createTokenKeys(run.keyring);
  const ours = createPrivateKey(keys.current().privatePem);
  const foreign = generateKeyPairSync("ed25519").privateKey;
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const { publicPem } = keys.current();
  const [h = "", p = "", s = ""] = token.split(".");
  t.equal((await run.call("GET", "/v1/me", { token: forge(header, payload, ours) })).status, 200, "the tool makes good ones");

  const now = Math.floor(run.clock.now() / 1000);
  const ylva = await userId(run, run.person("ylva").userPrincipalName);
  const bad: Readonly<Record<string, string>> = {
    "alg none": forge({ ...header, alg: "none" }, payload, null),
    "alg None": forge({ ...header, alg: "None" }, payload, null),
    "no alg": forge({ typ: "at+jwt", kid: header.kid }, payload, ours),
    "HS256 with our public key": forge({ ...header, alg: "HS256" }, payload, publicPem),
    "HS256 with nothing": forge({ ...header, alg: "HS256" }, payload, ""),
    "HS256 with the kid": forge({ ...header, alg: "HS256" }, payload, String(header.kid)),
    "RS256 with a key of its own": forge({ ...header, alg: "RS256" }, payload, rsa),
    "a foreign key under our kid": forge(header, payload, foreign),
    "a foreign kid": forge({ ...header, kid: "another" }, payload, foreign),
    "no kid": forge({ alg: "EdDSA", typ: "at+jwt" }, payload, ours),
    "a kid that is a path": forge({ ...header, kid: "../../../dev/null" }, payload, ""),
    "a kid of the prototype": forge({ ...header, kid: "__proto__" }, payload, foreign),
    "a key in the header": forge({ ...header, jwk: createPublicKey(foreign).export({ format: "jwk" }) }, payload, foreign),
    "a key by URL": forge({ ...header, jku: `${run.baseUrl}/keys`, x5u: "https://evil.example/" }, payload, foreign),
    "another type": forge({ ...header, typ: "JWT" }, payload, ours),
    "no type": forge({ alg: "EdDSA", kid: header.kid }, payload, ours),
    expired: forge(header, { ...payload, exp: now - 1 }, ours),
    "no end": forge(header, { ...payload, exp: undefined }, ours),
    "an end that is text": forge(header, { ...payload, exp: "9999999999" }, ours),
    "no beginning": forge(header, { ...payload, iat: undefined }, ours),
    "not yet": forge(header, { ...payload, nbf: now + 60 }, ours),
    "for others": forge(header, { ...payload, aud: "https://elsewhere.example/v1" }, ours),
    "for nobody": forge(header, { ...payload, aud: undefined }, ours),
    "by others": forge(header, { ...payload, iss: "https://elsewhere.example" }, ours),
    "by nobody": forge(header, { ...payload, iss: undefined }, ours),
    "about nobody": forge(header, { ...payload, sub: undefined }, ours),
    "of no session": forge(header, { ...payload, sid: undefined }, ours),
    "of a session that nobody opened": forge(header, { ...payload, sid: "AAAAAAAAAAAAAAAAAAAAAA" }, ours),
    "of a session of the prototype": forge(header, { ...payload, sid: "__proto__" }, ours),
    "about another person, in one's own session": forge(header, { ...payload, sub: ylva }, ours),
    "of another organisation, in one's own session": forge(header, { ...payload, tid: ylva }, ours),
    "another payload": `${h}.${part({ ...payload, sub: ylva })}.${s}`,
    "no signature": `${h}.${p}.`,
    "two parts": `${h}.${p}`,
    "five parts": `${token}.x.y`,
    "a cut signature": token.slice(0, -4),
    "not a token": "garbage",
    nothing: "",
  };
  for (const [what, forged] of Object.entries(bad)) {
    const answer = await run.call("GET", "/v1/me", { headers: { authorization: `Bearer ${forged}` } });
    t.match([answer.status, answer.json?.code], [401, "unauthenticated"], what);
    t.match(answer.headers.get("www-authenticate"), /^Bearer/);
  }
  for (const authorization of [`Basic ${token}`, token, `Bearer  ${token}`, `Bearer ${token} ${token}`, `bearer,${token}`])
    t.equal((await run.call("GET", "/v1/me", { headers: { authorization } })).status, 401, authorization.slice(0, 20));
  run.clock.turn(900_000);
  t.equal((await run.call("GET", "/v1/me", { token })).status, 401, "after a quarter of an hour");
});

t.test("A44 C11 Q02: a token for one thing opens no other", async (t) => {
  const run = await startProduct(t);
  const person = await signedIn(run);
  const application = await run.appToken();
  const { reset, challengeId, code } = await begun(run);
  const open = await provedReset(run, "henrik");
  for (const token of [reset.token, open.token]) {
    for (const path of ["/v1/me", "/v1/users", "/v1/groups", "/v1/policy"])
      t.equal((await run.call("GET", path, { token })).status, 401, `a reset's token at ${path}`);
    t.equal((await run.call("POST", "/v1/sign-in", { token, body: {} })).status, 400);
  }
  for (const token of [person, application, "", `${reset.token}x`, reset.id]) {
    const thief = { ...reset, token };
    for (const answer of [
      await run.call("GET", `/v1/password-resets/${reset.id}`, { token }),
      await run.call("DELETE", `/v1/password-resets/${reset.id}`, { token }),
      await run.call("POST", `/v1/password-resets/${reset.id}/challenges`, { token, body: { method: "sms" } }),
      await run.call("POST", `/v1/password-resets/${reset.id}/challenges/${challengeId}/verify`, { token, body: { code } }),
      await setPassword(run, thief, password(1)),
    ])
      t.match([answer.status, answer.json.code], [401, "invalid-reset-token"]);
  }
  t.equal((await run.call("GET", "/v1/me", { token: application })).status, 403, "an application has no profile");
  t.equal((await run.call("GET", "/v1/users", { token: person })).status, 403, "a person has no scope");
  const { rows } = await run.connection.pool.query("select id from one_time_links");
  for (const { id } of rows) t.equal((await run.call("GET", "/v1/me", { token: id })).status, 401);
});

onEachState(t, "L01 A100: every session from before a reset is dead when the reset answers, and no other person's", async (t, state) => {
  const run = await startProduct(t, { state });
  const sessions = [await signedIn(run), await signedIn(run), await signedIn(run)];
  const other = (await signIn(run, run.person("signe").userPrincipalName, run.person("signe").password)).json.accessToken;
  const reset = await provedReset(run, "henrik");
  for (const token of [...sessions, other]) t.equal((await run.call("GET", "/v1/me", { token })).status, 200);
  t.equal((await setPassword(run, reset, password(1))).status, 204);
  for (const token of sessions) t.equal((await run.call("GET", "/v1/me", { token })).status, 401);
  t.equal((await run.call("GET", "/v1/me", { token: other })).status, 200);
  const after = await signIn(run, run.person("henrik").userPrincipalName, password(1));
  t.equal((await run.call("GET", "/v1/me", { token: after.json.accessToken })).status, 200);
  await startReset(run, run.person("henrik").userPrincipalName);
  t.equal((await run.call("GET", "/v1/me", { token: after.json.accessToken })).status, 200, "a started reset ends nothing (A05)");
});

t.test("the published keys verify our tokens, and hold nothing private", async (t) => {
  const run = await startProduct(t, { worker: false });
  const [h = "", p = "", s = ""] = (await signedIn(run)).split(".");
  const { json } = await run.call("GET", "/.well-known/jwks.json");
  const found = json.keys.find(({ kid }: { kid: string }) => kid === decoded(`${h}.${p}.`).header.kid);
  t.match(found, { kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig" });
  t.same(
    json.keys.flatMap((key: object) => Object.keys(key)).filter((name: string) => ["d", "k", "p", "q"].includes(name)),
    [],
  );
  const key = createPublicKey({ key: found, format: "jwk" });
  t.ok(verify(null, Buffer.from(`${h}.${p}`), key, Buffer.from(s, "base64url")));
});
