import Fastify from "fastify";
import t from "tap";
import type { Server } from "../../src/http/server.ts";
import { createKeyring, createLiveKeyring, type Key, type KeyPurpose } from "../../src/keys/keyring.ts";
import { MINUTE } from "../../src/kit/clock.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { registerAccessTokens } from "../../src/sign-in/access-tokens.http.ts";
import { createTokenKeys } from "../../src/sign-in/token-keys.ts";
import { ManualClock } from "../journeys/manual-clock.ts";
import { startProduct } from "../journeys/product.ts";
import { onEachState, signIn } from "../journeys/reset-steps.ts";
import { startIssuer, trust } from "../sign-in/external-issuer.ts";
import { userId } from "./another-person.ts";
import { begun, provedReset } from "./proved-reset.ts";

/** What a token of each kind opens. What it does not open is 401, or 403 where the token is good and its holder is not the one. */
type Call = readonly [method: string, path: string, body?: unknown];
const CALLS = {
  "the own profile": ["GET", "/v1/me"],
  administration: ["GET", "/v1/users"],
  "putting off": ["POST", "/v1/sign-in/interrupts/skip", { interrupt: "confirm-security-info" }],
  "signing out": ["POST", "/v1/sign-out"],
} as const satisfies Record<string, Call>;

onEachState(t, "A44 C11 Q02: each kind of token opens what it is for, and nothing else", async (t, state) => {
  const run = await startProduct(t, { state });
  const issuer = await startIssuer(t, () => run.clock.now());
  await trust(run, issuer.trusted);
  const { userPrincipalName, password } = run.person("henrik");
  const person = (await signIn(run, userPrincipalName, password)).json;
  const limited = run.person("signe");
  const limit = "update passwords set must_change = true where user_id = $1";
  await run.connection.pool.query(limit, [await userId(run, limited.userPrincipalName)]);
  const { reset } = await begun(run);
  const tokens = {
    "of a session": person.accessToken,
    "of a limited session": (await signIn(run, limited.userPrincipalName, limited.password)).json.accessToken,
    "of an application": await run.appToken(),
    "of another issuer": await issuer.sign({ upn: userPrincipalName }),
    "for refreshing": person.refreshToken,
    "of a reset": reset.token,
    "of a reset that may set a password": (await provedReset(run, "henrik")).token,
    "that is an id": reset.id,
  };
  const expected: Readonly<Record<keyof typeof tokens, readonly number[]>> = {
    "of a session": [200, 403, 200, 204],
    "of a limited session": [401, 401, 200, 204],
    "of an application": [403, 200, 403, 403],
    "of another issuer": [200, 401, 401, 401],
    "for refreshing": [401, 401, 401, 401],
    "of a reset": [401, 401, 401, 401],
    "of a reset that may set a password": [401, 401, 401, 401],
    "that is an id": [401, 401, 401, 401],
  };
  for (const [kind, token] of Object.entries(tokens)) {
    const seen: number[] = [];
    for (const [method, path, body] of Object.values<Call>(CALLS))
      seen.push((await run.call(method, path, { token, ...(body === undefined ? {} : { body }) })).status);
    t.same(seen, expected[kind as keyof typeof tokens], `a token ${kind}: ${Object.keys(CALLS).join(", ")}`);
  }
  for (const [kind, token] of Object.entries(tokens).filter(([, { length }]) => length <= 200)) {
    const { status } = await run.call("POST", "/v1/sign-in/refresh", { body: { refreshToken: token } });
    t.equal(status, 401, `refreshing with a token ${kind}`);
  }
  for (const [kind, token] of Object.entries(tokens).filter(([name]) => !name.startsWith("of a reset"))) {
    const { status, json } = await run.call("GET", `/v1/password-resets/${reset.id}`, { token });
    t.match([status, json.code], [401, "invalid-reset-token"], `a reset with a token ${kind}`);
  }
});

t.test(
  "Q06: when keys are rotated old tokens stay good, new ones are signed by the new key, and a retired key opens nothing",
  async (t) => {
    const clock = new ManualClock();
    const app = Fastify() as unknown as Server;
    t.teardown(() => app.close());
    const key = (id: string, more: Partial<Key> = {}): Key => ({ id, bytes: systemRandom(32), ...more });
    const ringOf = (...keys: Key[]) => createKeyring(new Map<KeyPurpose, Key[]>([["token", keys]]), clock);
    const [first, second] = [key("first"), key("second", { currentFrom: clock.now() + MINUTE })];
    const keyring = createLiveKeyring(ringOf(first));
    const keys = createTokenKeys(keyring);
    const tokens = await registerAccessTokens(app, { keys, publicUrl: "https://reset.contoso.example", clock, random: systemRandom });
    const sign = () => tokens.sign({ sub: "user", tid: "tenant", kind: "user", sid: "session" });
    const kidOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;
    const old = sign();
    keyring.exchange(ringOf(second, { ...first, retiredAt: clock.now() + 10 * MINUTE }));
    t.equal(kidOf(sign()), "first", "a new key is announced before it signs");
    clock.turn(MINUTE);
    const young = sign();
    t.equal(kidOf(young), "second");
    t.match([tokens.verify(old), tokens.verify(young)], [{ sid: "session" }, { sid: "session" }]);
    clock.turn(9 * MINUTE);
    t.equal(tokens.verify(old), null, "its key is retired, though it would not have expired yet");
    t.match(tokens.verify(young), { sid: "session" });
    keyring.exchange(ringOf(key("third")));
    t.equal(tokens.verify(young), null, "a key that is gone");
  },
);

onEachState(t, "a token of one person's session says nothing about another person", async (t, state) => {
  const run = await startProduct(t, { state, worker: false });
  const sessions = await Promise.all(
    ["henrik", "signe"].map(async (name) => {
      const { userPrincipalName, password } = run.person(name);
      return { userPrincipalName, ...(await signIn(run, userPrincipalName, password)).json };
    }),
  );
  for (const { accessToken, userPrincipalName } of sessions)
    t.match((await run.call("GET", "/v1/me", { token: accessToken })).json, { userPrincipalName });
  await run.call("POST", "/v1/sign-out", { token: sessions[0]?.accessToken });
  t.same(
    await Promise.all(sessions.map(async ({ accessToken }) => (await run.call("GET", "/v1/me", { token: accessToken })).status)),
    [401, 200],
    "revoked at once, and the other is not",
  );
});
