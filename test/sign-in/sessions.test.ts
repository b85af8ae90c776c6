import t, { type Test } from "tap";
import { DAY, HOUR, MINUTE } from "../../src/kit/clock.ts";
import { SESSION_IDLE_MS, SESSION_MS } from "../../src/sign-in/session.ts";
import { type Answer, type StartedProduct, startProduct } from "../journeys/product.ts";
import { onEachState, setPassword, signIn } from "../journeys/reset-steps.ts";
import { userId } from "../security/another-person.ts";
import { password, provedReset, tally } from "../security/proved-reset.ts";
import { address, BEHIND_PROXY, from } from "../security/sources.ts";

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

async function signedIn(run: StartedProduct, name = "henrik"): Promise<Tokens> {
  const person = run.person(name);
  return (await signIn(run, person.userPrincipalName, person.password)).json;
}

const refresh = (run: StartedProduct, refreshToken: unknown): Promise<Answer> =>
  run.call("POST", "/v1/sign-in/refresh", { body: { refreshToken } });
const skip = (run: StartedProduct, token: string, interrupt: string): Promise<Answer> =>
  run.call("POST", "/v1/sign-in/interrupts/skip", { token, body: { interrupt } });
const me = async (run: StartedProduct, { accessToken }: Pick<Tokens, "accessToken">): Promise<number> =>
  (await run.call("GET", "/v1/me", { token: accessToken })).status;

function refused(t: Test, answer: Answer, what = "refused"): void {
  t.match([answer.status, answer.json?.code], [401, "unauthenticated"], what);
}

onEachState(t, "a refresh token is good once; one that comes again ends the session, and is on the record", async (t, state) => {
  const run = await startProduct(t, { state, worker: false });
  const first = await signedIn(run);
  const other = await signedIn(run);
  t.match(first, { next: "done", refreshToken: /^[\w-]{22}\.[\w-]{43}$/, tokenType: "Bearer", expiresIn: 900, interrupts: [] });
  run.clock.turn(10 * MINUTE);
  const { status, json: second } = await refresh(run, first.refreshToken);
  t.equal(status, 200);
  t.strictSame(Object.keys(second).sort(), Object.keys(first).sort(), "as sign-in answers");
  t.not(second.refreshToken, first.refreshToken);
  run.clock.turn(10 * MINUTE);
  t.same([await me(run, first), await me(run, second)], [401, 200], "the first access token is old by now");
  refused(t, await refresh(run, first.refreshToken));
  t.equal(await me(run, second), 401, "whoever has the newer one may be the thief");
  refused(t, await refresh(run, second.refreshToken));
  t.equal((await refresh(run, other.refreshToken)).status, 200, "another session of the same person lives on");
  const { rows } = await run.connection.pool.query("select * from audit_events where type = 'session.reuse'");
  const id = await userId(run, run.person("henrik").userPrincipalName);
  t.match(rows, [{ outcome: "blocked", reason: "refresh-token-reused", user_id: id, tenant_id: run.demo.tenant.id }]);
  t.equal(rows.length, 1, "what came after it found no session");
  for (const { refreshToken } of [first, second]) t.notMatch(JSON.stringify(rows) + run.logs.join(""), refreshToken);
});

onEachState(t, "two refreshes at once with the same token: one is answered, and nobody is signed in after it", async (t, state) => {
  const run = await startProduct(t, { state, worker: false });
  const { refreshToken } = await signedIn(run);
  const answers = await Promise.all([refresh(run, refreshToken), refresh(run, refreshToken)]);
  t.same(tally(answers), { "200": 1, "401 unauthenticated": 1 });
  const winner = answers.find(({ status }) => status === 200)?.json;
  t.equal(await me(run, winner), 401);
  refused(t, await refresh(run, winner.refreshToken));
});

t.test("L09: a session ends after an hour without a refresh, and after twelve hours whatever is done", async (t) => {
  const run = await startProduct(t, { worker: false });
  const idle = await signedIn(run);
  run.clock.turn(SESSION_IDLE_MS);
  refused(t, await refresh(run, idle.refreshToken));
  let kept = await signedIn(run);
  const end = run.clock.now() + SESSION_MS;
  while (run.clock.now() + 50 * MINUTE < end) {
    run.clock.turn(50 * MINUTE);
    kept = (await refresh(run, kept.refreshToken)).json;
    t.equal(await me(run, kept), 200);
  }
  run.clock.turn(end - run.clock.now() - 1);
  kept = (await refresh(run, kept.refreshToken)).json;
  t.equal(await me(run, kept), 200, "the last millisecond");
  run.clock.turn(1);
  t.equal(await me(run, kept), 401, "though the access token is young");
  refused(t, await refresh(run, kept.refreshToken));
});

onEachState(t, "L01: a reset and a disabling end sessions, so that nothing is refreshed any more", async (t, state) => {
  const run = await startProduct(t, { state });
  const henrik = [await signedIn(run), await signedIn(run)];
  t.equal((await setPassword(run, await provedReset(run, "henrik"), password(1))).status, 204);
  for (const { refreshToken } of henrik) refused(t, await refresh(run, refreshToken));
  const { userPrincipalName } = run.person("henrik");
  const after = (await signIn(run, userPrincipalName, password(1))).json;
  const changed = await run.call("PATCH", `/v1/users/${await userId(run, userPrincipalName)}`, {
    token: await run.appToken(),
    body: { enabled: false },
  });
  t.equal(changed.status, 200);
  t.equal(await me(run, after), 401);
  refused(t, await refresh(run, after.refreshToken));
});

t.test("what is no refresh token of ours gets one and the same answer", async (t) => {
  const run = await startProduct(t, { worker: false });
  const { accessToken, refreshToken } = await signedIn(run);
  const [id = "", secret = ""] = refreshToken.split(".");
  const bodies: string[] = [];
  for (const wrong of ["x", accessToken.slice(0, 200), id, `.${secret}`, `${"A".repeat(22)}.${secret}`, `${refreshToken}x`, "__proto__"]) {
    const answer = await refresh(run, wrong);
    refused(t, answer, wrong.slice(0, 30));
    bodies.push(JSON.stringify({ ...answer.json, instance: "" }));
  }
  t.equal(new Set(bodies).size, 1);
  for (const body of [{}, { refreshToken: 1 }, { refreshToken: [refreshToken] }, { refreshToken, more: 1 }, { refreshToken: "" }])
    t.match((await run.call("POST", "/v1/sign-in/refresh", { body })).json, { code: "invalid-request" }, JSON.stringify(body).slice(0, 40));
  t.equal((await refresh(run, refreshToken)).status, 200, "none of which ended the session");
  const again = await signedIn(run);
  refused(t, await refresh(run, `${again.refreshToken.split(".")[0]}.${"A".repeat(43)}`));
  t.equal(await me(run, again), 401, "a wrong secret for a session that lives is treated as an old one");
});

t.test("failed refreshes count against their source, and good ones do not", async (t) => {
  const run = await startProduct(t, { worker: false, env: BEHIND_PROXY });
  const here = from(run, address(1));
  let { refreshToken } = await signedIn(here);
  const good: number[] = [];
  for (let turn = 0; turn < 40; turn++) {
    const answer = await refresh(here, refreshToken);
    good.push(answer.status);
    refreshToken = answer.json.refreshToken;
  }
  t.same([...new Set(good)], [200]);
  const answers: Answer[] = [];
  for (let turn = 0; turn < 35; turn++) answers.push(await refresh(here, "wrong"));
  t.same(tally(answers), { "401 unauthenticated": 30, "429 too-many-attempts": 5 });
  t.match(answers.at(-1)?.headers.get("retry-after"), /^[1-9]\d*$/);
  refused(t, await refresh(from(run, address(2)), "wrong"), "another source");
  t.equal((await refresh(here, refreshToken)).status, 200, "nobody is shut out for what others behind the same address do");
});

onEachState(t, "signing out ends this session and no other, and does no harm twice", async (t, state) => {
  const run = await startProduct(t, { state, worker: false });
  const [one, other] = [await signedIn(run), await signedIn(run)];
  const signOut = (token: string) => run.call("POST", "/v1/sign-out", { token });
  const answer = await signOut(one.accessToken);
  t.match([answer.status, answer.text], [204, ""]);
  t.equal(await me(run, one), 401);
  refused(t, await refresh(run, one.refreshToken));
  t.equal((await signOut(one.accessToken)).status, 204);
  t.equal(await me(run, other), 200);
  for (const token of ["", "garbage", other.refreshToken, `${other.accessToken}x`]) refused(t, await signOut(token));
  t.match((await signOut(await run.appToken())).json, { code: "forbidden" });
  t.equal(await me(run, other), 200);
  const { rows } = await run.connection.pool.query("select 1 from audit_events where type = 'session.reuse'");
  t.same(rows, [], "a token of a session that is over is not a stolen one");
});

onEachState(t, "what is due can be put off for this session; then the answer is that of sign-in", async (t, state) => {
  const run = await startProduct(t, { state, worker: false });
  const { userPrincipalName, password: secret } = run.person("signe");
  const signe = async () => (await signIn(run, userPrincipalName, secret)).json;
  const first = await signe();
  t.strictSame(Object.keys(first).sort(), ["accessToken", "interrupts", "next"]);
  t.match(first, { next: "interrupts", interrupts: ["register-security-info"] });
  t.equal(await me(run, first), 200, "it is good for everything meanwhile");
  t.match((await skip(run, first.accessToken, "confirm-security-info")).json, {
    next: "interrupts",
    interrupts: ["register-security-info"],
  });
  const { status, json } = await skip(run, first.accessToken, "register-security-info");
  t.equal(status, 200);
  t.match(json, { next: "done", interrupts: [], refreshToken: /^\S+$/, expiresIn: 900 });
  t.strictSame(
    (await skip(run, first.accessToken, "register-security-info")).json,
    { interrupts: [] },
    "once: a stolen access token must not become one that can be refreshed",
  );
  t.match((await refresh(run, json.refreshToken)).json, { next: "done", interrupts: [] }, "not asked again in this session");
  t.match(await signe(), { next: "interrupts" }, "asked again at the next sign-in");
  run.clock.turn(14 * DAY);
  const late = await signe();
  t.match(late, { next: "interrupts", interrupts: ["register-security-info"] });
  const refusal = await skip(run, late.accessToken, "register-security-info");
  t.match([refusal.status, refusal.json], [409, { code: "conflict", reason: /cannot be put off/ }]);
  t.match((await skip(run, late.accessToken, "another")).json, { code: "invalid-request" });
  refused(t, await skip(run, "", "register-security-info"));
  t.equal((await skip(run, await run.appToken(), "register-security-info")).status, 403);
});

onEachState(t, "the first refresh token is given once, and only a quarter of an hour after a proof", async (t, state) => {
  const run = await startProduct(t, { state, worker: false });
  const { userPrincipalName, password: secret } = run.person("signe");
  const signe = async () => (await signIn(run, userPrincipalName, secret)).json.accessToken;
  const token = await signe();
  const at = [skip(run, token, "register-security-info"), skip(run, token, "register-security-info")];
  const answers = (await Promise.all(at)).map(({ json }) => json);
  t.equal(answers.filter((json) => json.refreshToken !== undefined).length, 1, "of two at once one");
  t.match((await refresh(run, answers.find((json) => json.refreshToken !== undefined)?.refreshToken)).json, { next: "done" });

  const late = await signe();
  run.clock.turn(8 * MINUTE);
  const other = await skip(run, late, "confirm-security-info");
  t.match(other.json, { next: "interrupts", accessToken: String }, "something is left");
  run.clock.turn(8 * MINUTE);
  const younger = other.json.accessToken;
  t.strictSame(
    (await skip(run, younger, "confirm-security-info")).json,
    { interrupts: ["register-security-info"] },
    "no token for a token",
  );
  t.strictSame((await skip(run, younger, "register-security-info")).json, { interrupts: [] });
  t.equal(await me(run, { accessToken: younger }), 200, "put off, for as long as the access token lives");
});

onEachState(t, "a password that must be changed cannot be put off, and what it is due of opens nothing else", async (t, state) => {
  const run = await startProduct(t, { state, worker: false });
  const { userPrincipalName, password: secret } = run.person("henrik");
  const id = await userId(run, userPrincipalName);
  await run.connection.pool.query("update passwords set must_change = true where user_id = $1", [id]);
  const { accessToken } = (await signIn(run, userPrincipalName, secret)).json;
  t.match(await skip(run, accessToken, "change-password"), { status: 409, json: { code: "conflict", reason: /changed first/ } });
  t.equal(await me(run, { accessToken }), 401);
  await run.connection.pool.query("update passwords set must_change = false where user_id = $1", [id]);
  t.equal(await me(run, { accessToken }), 401, "what the session says holds until somebody changes the session");
  t.match((await skip(run, accessToken, "change-password")).json, { next: "done", refreshToken: /^\S+$/ }, "it is not due any more");
  t.equal(await me(run, { accessToken }), 200, "the same token, without its limit");
});

t.test("an access token says whose session it is of, and no more about the person", async (t) => {
  const run = await startProduct(t, { worker: false });
  const { accessToken } = await signedIn(run);
  const claims = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString());
  t.strictSame(Object.keys(claims).sort(), ["aud", "exp", "iat", "iss", "jti", "kind", "sid", "sub", "tid"]);
  t.equal(claims.exp - claims.iat, 900);
  run.clock.turn(HOUR);
  t.equal(await me(run, { accessToken }), 401);
});
