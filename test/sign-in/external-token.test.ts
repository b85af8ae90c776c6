import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, exportSPKI } from "jose";
import t from "tap";
import { MINUTE, SECOND } from "../../src/kit/clock.ts";
import { createExternalTokens } from "../../src/sign-in/external-token.client.ts";
import { ManualClock } from "../journeys/manual-clock.ts";
import { startProduct } from "../journeys/product.ts";
import { userId } from "../security/another-person.ts";
import { startIssuer, trust } from "./external-issuer.ts";

t.test("a token of the trusted issuer opens what the person may read, and nothing else", async (t) => {
  const run = await startProduct(t, { worker: false });
  const issuer = await startIssuer(t, () => run.clock.now());
  const henrik = run.person("henrik").userPrincipalName;
  const token = await issuer.sign({ upn: henrik });
  const me = (bearer = token) => run.call("GET", "/v1/me", { token: bearer });
  t.equal((await me()).status, 401, "before it is trusted");
  t.equal(issuer.asked(), 0, "and nobody is asked who is not trusted");
  await trust(run, issuer.trusted);
  t.match(await me(), { status: 200, json: { userPrincipalName: henrik, id: await userId(run, henrik) } });
  t.equal((await me(await issuer.sign({ upn: henrik.toUpperCase() }))).status, 200, "a name by its rule");
  t.equal((await me(await issuer.sign({ upn: henrik }, { typ: "JWT" }))).status, 200, "an ID token");
  t.equal((await me(await issuer.sign({ upn: henrik, aud: ["other", "rekey"] }))).status, 200);
  await run.connection.pool.query("update users set external_id = 'emp-77' where upn_key = $1", [henrik]);
  t.match((await me(await issuer.sign({ upn: "emp-77" }))).json, { userPrincipalName: henrik }, "an external id");

  for (const [method, path] of [
    ["GET", "/v1/users"],
    ["GET", "/v1/policy"],
    ["GET", "/v1/meadow"],
    ["POST", "/v1/sign-out"],
    ["POST", "/v1/sign-in/interrupts/skip"],
    ["POST", "/v1/sign-in/refresh"],
  ] as const) {
    const body = path.endsWith("skip")
      ? { interrupt: "register-security-info" }
      : path.endsWith("refresh")
        ? { refreshToken: token.slice(0, 200) }
        : undefined;
    const { status } = await run.call(method, path, { token, ...(body === undefined ? {} : { body }) });
    t.equal(status, path === "/v1/meadow" ? 404 : 401, path);
  }
  for (const query of ["enabled = false", "enabled = true, deleted_at = now()"]) {
    await run.connection.pool.query(`update users set ${query} where upn_key = $1`, [henrik]);
    t.equal((await me()).status, 401, query);
  }
  await trust(run, null);
  t.equal((await me(await issuer.sign({ upn: run.person("ylva").userPrincipalName }))).status, 401, "not trusted any more, at once");
});

t.test("Q01 Q02 Q03: no token that is not the issuer's own, whole, alive and meant for us", async (t) => {
  const run = await startProduct(t, { worker: false });
  const issuer = await startIssuer(t, () => run.clock.now());
  await trust(run, issuer.trusted);
  const upn = run.person("henrik").userPrincipalName;
  const now = Math.floor(run.clock.now() / 1000);
  const ours = await issuer.newKey("ours");
  const thief = await issuer.newKey("ours");
  issuer.publish(ours);
  // Where a header says that keys are; nobody is to come.
  let lured = 0;
  const trap = createServer((_request, response) => {
    lured += 1;
    response.end("{}");
  }).listen(0, "127.0.0.1");
  t.teardown(() => trap.close());
  await once(trap, "listening");
  const lure = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/keys`;
  const [head = "", body = "", signature = ""] = (await issuer.sign({ upn })).split(".");
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const hmac = (text: string, key: string) => `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
  const bad: Readonly<Record<string, string>> = {
    "alg none": `${part({ alg: "none", kid: "ours", typ: "at+jwt" })}.${body}.`,
    "HS256 with the public key": hmac(`${part({ alg: "HS256", kid: "ours", typ: "at+jwt" })}.${body}`, await exportSPKI(ours.publicKey)),
    "another payload": `${head}.${part({ iss: issuer.trusted.issuer, aud: "rekey", exp: now + 300, upn: run.person("ylva").userPrincipalName })}.${signature}`,
    "a foreign key under its kid": await issuer.sign({ upn }, {}, thief),
    "a foreign kid": await issuer.sign({ upn }, { kid: "another" }, thief),
    "a kid that is a path": await issuer.sign({ upn }, { kid: "../../../../dev/null" }, thief),
    "a kid that is an address": await issuer.sign({ upn }, { kid: lure }, thief),
    "a key in the header": await issuer.sign({ upn }, { jwk: await exportJWK(thief.publicKey) } as never, thief),
    "keys by address": await issuer.sign({ upn }, { jku: lure, x5u: lure }, thief),
    "another type": await issuer.sign({ upn }, { typ: "logout+jwt" }),
    "an unknown extension": await issuer.sign({ upn }, { crit: ["unheard-of"], "unheard-of": 1 }),
    "for others": await issuer.sign({ upn, aud: "https://elsewhere.example" }),
    "for nobody": await issuer.sign({ upn, aud: undefined }),
    "by others": await issuer.sign({ upn, iss: "https://login.fabrikam.example/" }),
    "by what PostgreSQL has no letter for": `${part({ alg: "none" })}.${part({ iss: "a\u0000b", aud: "rekey" })}.`,
    "about what it has no letter for": await issuer.sign({ upn: "a\u0000b@contoso.example" }),
    "by almost the same": await issuer.sign({ upn, iss: issuer.trusted.issuer.slice(0, -1) }),
    expired: await issuer.sign({ upn, exp: now - 31 }),
    "without an end": await issuer.sign({ upn, exp: undefined }),
    "not yet": await issuer.sign({ upn, nbf: now + 31 }),
    "about nobody": await issuer.sign({}),
    "about somebody unknown": await issuer.sign({ upn: "nobody.there@contoso.example" }),
    "about nothing": await issuer.sign({ upn: "" }),
    "about several": await issuer.sign({ upn: [upn] }),
    "in another claim": await issuer.sign({ preferred_username: upn }),
    "a name that is SQL": await issuer.sign({ upn: "' or '1'='1" }),
    "a very long name": await issuer.sign({ upn: "x".repeat(501) }),
  };
  for (const [what, token] of Object.entries(bad)) {
    const answer = await run.call("GET", "/v1/me", { token });
    t.match([answer.status, answer.json?.code], [401, "unauthenticated"], what);
  }
  t.equal(lured, 0);
  t.equal(issuer.asked(), 1, "its keys were asked for once, whatever strangers sent");
  t.equal(
    (await run.call("GET", "/v1/me", { token: await issuer.sign({ upn, exp: now - 29 }) })).status,
    200,
    "clocks may differ by half a minute",
  );
});

t.test("the person is of the tenant that trusts the issuer", async (t) => {
  const run = await startProduct(t, { worker: false });
  const issuer = await startIssuer(t, () => run.clock.now());
  const { rows } = await run.connection.pool.query(
    `insert into tenants (id, name, plan, policy, administrator_policy, created_at)
     select gen_random_uuid(), 'Fabrikam', plan, policy, administrator_policy, now() from tenants where id = $1 returning id`,
    [run.demo.tenant.id],
  );
  const fabrikam = rows[0].id;
  const token = await issuer.sign({ upn: run.person("henrik").userPrincipalName });
  const me = async () => (await run.call("GET", "/v1/me", { token })).status;
  await trust(run, issuer.trusted, fabrikam);
  t.equal(await me(), 401, "another tenant's issuer names nobody of ours");
  await trust(run, { ...issuer.trusted, audience: "fabrikam" }, fabrikam);
  await trust(run, issuer.trusted);
  t.equal(await me(), 200, "one issuer for two tenants: the audience tells");
  await trust(run, issuer.trusted, fabrikam);
  t.equal(await me(), 401, "where it tells nothing, nobody is meant");
});

t.test("an issuer that is away: what is known goes on, what is not is 503, and it is not asked at each call", async (t) => {
  const run = await startProduct(t, { worker: false });
  const issuer = await startIssuer(t, () => run.clock.now());
  await trust(run, issuer.trusted);
  const upn = run.person("henrik").userPrincipalName;
  const me = async () => run.call("GET", "/v1/me", { token: await issuer.sign({ upn }) });
  const broken = {
    "an error": (_request, response) => response.writeHead(500).end(),
    "no JSON": (_request, response) => response.end("<html>"),
    "no key set": (_request, response) => response.end('{"keys":1}'),
    "a redirect": (_request, response) => response.writeHead(302, { location: issuer.trusted.jwksUrl }).end(),
    "too much": (_request, response) => response.end(JSON.stringify({ keys: [], more: "x".repeat(300_000) })),
    "a cut connection": (request) => request.destroy(),
  } satisfies Record<string, Parameters<typeof issuer.behave>[0]>;
  for (const [what, answer] of Object.entries(broken)) {
    issuer.behave(answer);
    run.clock.turn(5 * SECOND);
    const before = issuer.asked();
    const answers = [await me(), await me(), await me()];
    for (const { status, headers, json } of answers)
      t.match([status, json.code, headers.get("retry-after")], [503, "unavailable", "5"], what);
    t.equal(issuer.asked(), before + 1, `${what}: asked once`);
  }
  issuer.behave(null);
  t.equal((await me()).status, 503, "within five seconds of the last failure");
  run.clock.turn(5 * SECOND);
  t.equal((await me()).status, 200);
  await issuer.away();
  t.equal((await me()).status, 200, "its keys are known");
});

t.test("an issuer that hangs is waited for three seconds at most", async (t) => {
  const run = await startProduct(t, { worker: false });
  const issuer = await startIssuer(t, () => run.clock.now());
  await trust(run, issuer.trusted);
  issuer.behave(() => undefined);
  const { status } = await run.call("GET", "/v1/me", { token: await issuer.sign({ upn: run.person("henrik").userPrincipalName }) });
  t.equal(status, 503);
});

t.test("the issuer's keys are rotated: the old one reads on while it is published, the new one at once", async (t) => {
  const clock = new ManualClock();
  const issuer = await startIssuer(t, () => clock.now());
  const external = createExternalTokens({ clock, floorMs: 0 });
  const name = (token: string) => external.nameIn(token, issuer.trusted);
  const [first, second] = [await issuer.newKey("one"), await issuer.newKey("two", "ES256")];
  issuer.publish(first);
  const old = await issuer.sign({ upn: "henrik" });
  t.equal(await name(old), "henrik");
  for (const other of [{ audience: "other" }, { issuer: "https://login.fabrikam.example/" }, { userClaim: "email" }])
    t.equal(await external.nameIn(old, { ...issuer.trusted, ...other }), null, JSON.stringify(other));
  issuer.publish(first, second);
  t.same(await Promise.all([name(await issuer.sign({ upn: "ylva" })), name(old)]), ["ylva", "henrik"]);
  issuer.publish(second);
  t.equal(await name(await issuer.sign({ upn: "x" }, { kid: "three" })), null, "which has the keys asked for again");
  t.equal(await name(old), null, "a key that was withdrawn verifies nothing");
  t.equal(await name(await issuer.sign({ upn: "ylva" })), "ylva");
});

t.test("a key that is not there is looked for again, at most every half minute", async (t) => {
  const clock = new ManualClock();
  const issuer = await startIssuer(t, () => clock.now());
  const external = createExternalTokens({ clock });
  await external.nameIn(await issuer.sign({ upn: "henrik" }), issuer.trusted);
  for (let turn = 0; turn < 10; turn++)
    t.equal(await external.nameIn(await issuer.sign({ upn: "x" }, { kid: `${turn}` }), issuer.trusted), null);
  t.equal(issuer.asked(), 1);
});

t.test("every asymmetric algorithm of the list is verified", async (t) => {
  const clock = new ManualClock();
  const issuer = await startIssuer(t, () => clock.now());
  for (const alg of ["EdDSA", "Ed25519", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"]) {
    issuer.publish(await issuer.newKey(alg, alg));
    t.equal(await createExternalTokens({ clock }).nameIn(await issuer.sign({ upn: "henrik" }), issuer.trusted), "henrik", alg);
  }
  clock.turn(MINUTE);
  for (const text of ["", "x", "a.b.c", "e30.e30.", `${"e30.".repeat(4)}e30`])
    t.equal(createExternalTokens({ clock }).claimed(text)?.issuer, undefined, text);
});
