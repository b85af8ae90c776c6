import t from "tap";
import { startProduct } from "../journeys/product.ts";
import { addressOf, challenge, codeIn, messageTo, onEachState, type Reset, setPassword, signIn, verify } from "../journeys/reset-steps.ts";
import { userId } from "./another-person.ts";
import { everythingMoved, watchAudit } from "./audit-watch.ts";
import { giveAuthenticator } from "./authenticator.ts";
import { exhaust, WRONG } from "./exhaust.ts";
import { password } from "./proved-reset.ts";
import { address, BEHIND_PROXY, from } from "./sources.ts";

onEachState(
  t,
  "S01: each outcome of each call leaves the one event that the documentation names, or none where nothing was judged",
  async (t, state) => {
    const run = await startProduct(t, { state, env: BEHIND_PROXY });
    const person = run.person("ylva");
    const app = await giveAuthenticator(run, person.userPrincipalName);
    const id = await userId(run, person.userPrincipalName);
    const start = await from(run, address(1)).call("POST", "/v1/password-resets", {
      body: { userPrincipalName: person.userPrincipalName },
    });
    const reset: Reset = start.json;
    const here = from(run, address(1));
    const { left, nothingMore } = watchAudit(t, run, reset);
    const path = `/v1/password-resets/${reset.id}`;

    await left("start", async () => start, 201, "reset.start success");
    await left("a password at once", () => setPassword(here, reset, password(1)), 403, null);
    const email = await left("challenge", () => challenge(here, reset, "email"), 202, "reset.challenge success email");
    const code = codeIn(await messageTo(run, addressOf(person, "email")));
    await left("again too soon", () => challenge(here, reset, "email"), 429, null);
    await left("a method that is not offered", () => challenge(here, reset, "securityQuestions"), 400, null);
    await left("no code at all", () => here.call("POST", `${path}/challenges/x/verify`, { token: reset.token, body: {} }), 400, null);
    await left("wrong code", () => verify(here, reset, email.json.challengeId, WRONG), 422, "reset.proof failure code-rejected email");
    await left("code of another challenge", () => verify(here, reset, "s-other", code), 422, "reset.proof failure code-rejected email");
    await left("wrong token", () => verify(here, { ...reset, token: "x" }, email.json.challengeId, code), 401, null);
    await left("right code", () => verify(here, reset, email.json.challengeId, code), 200, "reset.proof success email");
    await left("used code", () => verify(here, reset, email.json.challengeId, code), 422, null);
    await left("one gate of two", () => setPassword(here, reset, password(1)), 403, "reset.password blocked gates-not-passed");
    const byApp = await left(
      "challenge by app",
      () => challenge(here, reset, "authenticatorApp"),
      202,
      "reset.challenge success authenticatorApp",
    );
    await left(
      "wrong code of the app",
      () => verify(here, reset, byApp.json.challengeId, "000000"),
      422,
      "reset.proof failure code-rejected authenticatorApp",
    );
    await left(
      "right code of the app",
      () => verify(here, reset, byApp.json.challengeId, app.code()),
      200,
      "reset.proof success authenticatorApp",
    );
    await left("reading", () => here.call("GET", path, { token: reset.token }), 200, null);
    await left("weak password", () => setPassword(here, reset, "password1234"), 422, "reset.password failure password-rejected");
    await left("good password", () => setPassword(here, reset, password(1)), 204, "reset.complete success");
    await left("once more", () => setPassword(here, reset, password(2)), 401, null);
    await nothingMore();

    const { rows } = await run.connection.pool.query(
      "select * from audit_events where flow_id = $1 and type <> 'message.sent' order by at, id",
      [reset.id],
    );
    t.ok(rows.every((row) => row.user_id === id && row.tenant_id === run.demo.tenant.id));
    const actors = new Set(rows.map((row) => `${row.type === "reset.complete"} ${JSON.stringify(row.actor)}`));
    t.same([...actors].sort(), ['false {"kind":"anonymous"}', `true {"id":"${id}","kind":"user"}`]);
    t.same(rows.find((row) => row.reason === "password-rejected")?.details, { reasons: ["common-password"] });
    t.same(rows.find((row) => row.reason === "gates-not-passed")?.details, { gates: ["email"] });
    t.same(rows.find((row) => row.type === "reset.complete")?.details, { gates: ["email", "authenticatorApp"] });
  },
);

onEachState(t, "S02: what a limit turns away is written once, the pause of a method is, and so is giving up", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const name = run.person("henrik").userPrincipalName;
  const here = from(run, address(1));
  const started = await here.call("POST", "/v1/password-resets", { body: { userPrincipalName: name } });
  const reset: Reset = started.json;
  const { left, nothingMore } = watchAudit(t, run, reset);
  await left("start", async () => started, 201, "reset.start success");
  const sms = await left("challenge", () => challenge(here, reset, "sms"), 202, "reset.challenge success sms");
  for (let turn = 1; turn <= 5; turn++)
    await left(`wrong code ${turn}`, () => verify(here, reset, sms.json.challengeId, WRONG), 422, "reset.proof failure code-rejected sms");
  await left("a sixth", () => verify(here, reset, sms.json.challengeId, WRONG), 429, "reset.proof blocked too-many-tries sms");
  await left("a seventh", () => verify(here, reset, sms.json.challengeId, WRONG), 429, null);
  run.clock.turn(61_000);
  const again = await left("a new code", () => challenge(here, reset, "sms"), 202, "reset.challenge success sms");
  for (let turn = 6; turn <= 9; turn++)
    await left(
      `wrong code ${turn}`,
      () => verify(here, reset, again.json.challengeId, WRONG),
      422,
      "reset.proof failure code-rejected sms",
    );
  await left("the tenth", () => verify(here, reset, again.json.challengeId, WRONG), 422, [
    "reset.pause blocked too-many-wrong-proofs",
    "reset.proof blocked too-many-wrong-proofs sms",
  ]);
  await left("an eleventh", () => verify(here, reset, again.json.challengeId, WRONG), 429, "reset.proof blocked too-many-wrong-proofs sms");
  run.clock.turn(61_000);
  await left("asking while it rests", () => challenge(here, reset, "sms"), 429, null);
  for (let turn = 1; turn <= 3; turn++) {
    await left(`email ${turn}`, () => challenge(here, reset, "email"), 202, "reset.challenge success email");
    run.clock.turn(61_000);
  }
  await left("a sixth code", () => challenge(here, reset, "email"), 429, "reset.challenge blocked too-many-codes email");
  await left("a seventh code", () => challenge(here, reset, "email"), 429, null);
  await left(
    "giving up",
    () => here.call("DELETE", `/v1/password-resets/${reset.id}`, { token: reset.token }),
    204,
    "reset.cancel success",
  );
  await left("twice", () => here.call("DELETE", `/v1/password-resets/${reset.id}`, { token: reset.token }), 401, null);
  await nothingMore();
});

t.test("S01: for a name that nobody has the same events, marked, and no person in them", async (t) => {
  const run = await startProduct(t, { env: BEHIND_PROXY });
  for (const [name, tenant] of [
    ["nobody.there@contoso.example", run.demo.tenant.id],
    ["somebody@elsewhere.example", null],
  ] as const) {
    await exhaust(run, name, "email");
    await everythingMoved(run);
    const { rows } = await run.connection.pool.query(
      `select type, outcome, reason, user_id, tenant_id, details from audit_events e where details ->> 'decoy' = 'true'
       and flow_id in (select flow_id from audit_events where type = 'reset.proof') and tenant_id is not distinct from $1`,
      [tenant],
    );
    const kinds = rows.map(({ type, outcome, reason }) => [type, outcome, reason].filter(Boolean).join(" ")).sort();
    t.same(kinds, [
      "reset.challenge success",
      "reset.challenge success",
      "reset.proof blocked too-many-wrong-proofs",
      ...Array(9).fill("reset.proof failure code-rejected"),
      "reset.start success",
      "reset.start success",
    ]);
    t.ok(rows.every((row) => row.user_id === null && row.details.methodId === undefined));
  }
});

t.test("S04: a name cannot write into the logs or the record", async (t) => {
  const run = await startProduct(t);
  const names = [
    'x\r\n{"level":60,"msg":"forged"}',
    "\u001b[2J\u001b[31mforged",
    '","msg":"forged","x":"',
    "\u2028forged",
    "%0d%0aforged",
    "a\0forged",
  ];
  for (const name of names) {
    const { json } = await run.call("POST", "/v1/password-resets", {
      body: { userPrincipalName: name },
      headers: { "user-agent": "forged [31m" },
    });
    await challenge(run, json, "email");
    await signIn(run, name, name);
    await run.call("GET", `/v1/password-resets/${encodeURIComponent(name)}`, { token: json.token });
  }
  await everythingMoved(run);
  for (const line of run.logs) t.ok(JSON.parse(line).level < 50 && !line.includes("forged"), line);
  const { rows } = await run.connection.pool.query("select to_jsonb(e)::text as text from audit_events e");
  t.ok(rows.length >= names.length);
  for (const { text } of rows) t.notMatch(text, "forged");
});
