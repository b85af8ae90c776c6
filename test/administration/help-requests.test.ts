import t from "tap";
import { createHelpRequestStore } from "../../src/administration/help-request-store.pg.ts";
import { forgetOldHelpRequests } from "../../src/administration/old-help-requests.pg.ts";
import { createSealer } from "../../src/keys/sealer.ts";
import { DAY, HOUR } from "../../src/kit/clock.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { newAdministrator, newPerson } from "../builders/administrator.ts";
import { anotherTenant, auditEvents, demoApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { addressOf, onEachState } from "../journeys/reset-steps.ts";

const ask = (run: Pick<StartedProduct, "call">, userPrincipalName: string, more: object = {}) =>
  run.call("POST", "/v1/help-requests", { body: { userPrincipalName, ...more } });

async function sentTo(run: StartedProduct): Promise<string[]> {
  await run.settled();
  return (await run.outbox()).map(({ to }) => to).sort();
}

t.test("those who may help are told, and the person is; what was written is in the queue alone", async (t) => {
  const run = await startProduct(t);
  const henrik = run.person("henrik");
  const answer = await ask(run, henrik.userPrincipalName, { message: "My phone is lost: https://evil.example/x" });
  t.same([answer.status, answer.text], [202, "{}"]);
  const helpers = ["mirja", "tove"].map((name) => addressOf(run.person(name), "email"));
  t.same(await sentTo(run), [...helpers, addressOf(henrik, "email")].sort());
  const mails = await run.outbox();
  const app = await demoApplication(run);
  const { items } = (await app.call("GET", "/v1/help-requests")).json;
  t.equal(items.length, 1);
  t.match(items[0], {
    supportCode: /^[A-Z]{4}-[A-Z]{4}$/,
    user: { userPrincipalName: henrik.userPrincipalName },
    message: "My phone is lost: https://evil.example/x",
    times: 1,
    resolved: null,
    actions: { resetPassword: { allowed: true } },
  });
  for (const mail of mails) {
    t.match(mail.text, items[0].supportCode);
    t.notMatch(mail.text, /https?:|evil|phone is lost/, "neither a link nor a stranger's word");
  }
  t.match(mails.find(({ to }) => to === helpers[0])?.text, "make sure who is asking");
  t.match(mails.find(({ to }) => to === addressOf(henrik, "email"))?.subject, "Your administrators were asked to help you");
  t.match(await auditEvents(run, "help-request.open"), [{ outcome: "success", actor: { kind: "anonymous" }, user_id: items[0].user.id }]);
  const { rows } = await run.connection.pool.query("select row_to_json(h)::text as row from help_requests h");
  t.notMatch(rows[0].row, "phone", "sealed in the database");
});

t.test("in Microsoft's order, only those who reach the person, each in their language", async (t) => {
  const run = await startProduct(t);
  const to = (name: string) => addressOf(run.person(name), "email");
  await run.connection.pool.query("update users set preferred_language = 'sv' where upn_key like 'odd.%'");
  await ask(run, run.person("mirja").userPrincipalName);
  t.same(await sentTo(run), [to("mirja"), to("odd")].sort(), "of a Helpdesk Administrator: the Password Administrator does not reach it");
  t.match((await run.outbox()).find((mail) => mail.to === to("odd"))?.subject, "Någon behöver hjälp med sitt konto");
  const known = (await run.outbox()).length;
  await ask(run, run.person("odd").userPrincipalName);
  await run.settled();
  const second = (await run.outbox()).slice(0, -known).map((mail) => mail.to);
  t.same(
    second.sort(),
    [to("odd"), to("ylva")].sort(),
    "of a User Administrator: the Global Administrator; nobody is asked about themselves",
  );
  await run.connection.pool.query("update users set enabled = false where upn_key like 'mirja.%' or upn_key like 'tove.%'");
  const before = (await run.outbox()).length;
  await ask(run, run.person("henrik").userPrincipalName);
  await run.settled();
  const third = (await run.outbox()).slice(0, -before).map((mail) => mail.to);
  t.same(third.sort(), [to("henrik"), to("odd")].sort(), "the next in order where nobody of the first is enabled");
});

t.test("an organisation with a help desk of its own has the mail go there", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  await app.call("PATCH", "/v1/policy", { body: { helpdesk: { email: "desk@contoso.example" } }, headers: { "if-match": "*" } });
  await ask(run, run.person("henrik").userPrincipalName);
  t.same(await sentTo(run), ["desk@contoso.example", addressOf(run.person("henrik"), "email")].sort());
});

t.test("nobody is told for a name that nobody has, nor for one that is switched off", async (t) => {
  const run = await startProduct(t);
  const disabled = await newPerson(run, { enabled: false });
  for (const name of ["nobody@contoso.example", "x@elsewhere.example", "no name", disabled.userPrincipalName])
    t.equal((await ask(run, name, { message: "help" })).status, 202, name);
  t.same(await sentTo(run), []);
  t.same((await (await demoApplication(run)).call("GET", "/v1/help-requests")).json.items, []);
});

onEachState(t, "one mail an hour for an account; the rest is counted, and the first words stay", async (t, state) => {
  const run = await startProduct(t, { state, env: { LIMITS_FACTOR: "1", TRUST_PROXY: "1" } });
  const from = (last: number) => ({ headers: { "x-forwarded-for": `203.0.113.${last}` } });
  const name = run.person("henrik").userPrincipalName;
  for (let turn = 1; turn <= 4; turn += 1) {
    const body = { userPrincipalName: name, ...(turn === 1 ? {} : { message: `words ${turn}` }) };
    t.equal((await run.call("POST", "/v1/help-requests", { body, ...from(turn) })).status, 202);
    await run.settled();
  }
  t.equal((await run.outbox()).length, 3);
  const app = await demoApplication(run);
  t.match((await app.call("GET", "/v1/help-requests")).json.items, [{ times: 4, message: "words 2" }]);
  run.clock.turn(HOUR + 1);
  await run.call("POST", "/v1/help-requests", { body: { userPrincipalName: name }, ...from(9) });
  await run.settled();
  t.equal((await run.outbox()).length, 6);
});

onEachState(t, "who asks too often works for it, and is refused in the end", async (t, state) => {
  const run = await startProduct(t, { state, worker: false, env: { LIMITS_FACTOR: "1" } });
  for (let turn = 0; turn < 5; turn += 1) t.equal((await ask(run, `nobody${turn}@contoso.example`)).status, 202);
  const asked = await ask(run, "nobody@contoso.example");
  t.match(asked.json, { status: 403, code: "proof-of-work-required" });
  run.clock.turn(20_000);
  t.equal((await ask(run, "nobody@contoso.example", { proofOfWork: asked.json.challenge.wait.ticket })).status, 202);
  t.equal((await ask(run, "nobody@contoso.example", { proofOfWork: asked.json.challenge.wait.ticket })).status, 403, "once");
  for (let turn = 0; turn < 42; turn += 1) await ask(run, "nobody@contoso.example");
  t.equal((await ask(run, "nobody@contoso.example")).status, 429);
});

t.test("the queue: pages, what the caller may do, and resolving once", async (t) => {
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "1000" } });
  for (const name of ["henrik", "signe", "ylva"]) {
    await ask(run, run.person(name).userPrincipalName);
    await run.settled();
    run.clock.turn(1_000);
  }
  const desk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const first = (await desk.call("GET", "/v1/help-requests?limit=2")).json;
  const rest = (await desk.call("GET", `/v1/help-requests?limit=2&cursor=${first.nextCursor}`)).json;
  const names = [...first.items, ...rest.items].map(({ user }) => user.userPrincipalName.split(".")[0]);
  t.same([names, rest.nextCursor], [["ylva", "signe", "henrik"], null]);
  t.match(first.items[0].actions, { resetPassword: { allowed: false, reason: /Only a Global/ } });
  const [, signe] = first.items;
  const path = `/v1/help-requests/${signe.id}/resolve`;
  t.equal((await (await newAdministrator(run, ["globalReader"])).call("POST", path, { body: {} })).status, 403);
  t.equal((await (await anotherTenant(run, "fabrikam.example")).call("POST", path, { body: {} })).status, 404);
  const ylva = `/v1/help-requests/${first.items[0].id}/resolve`;
  for (const who of [desk, await demoApplication(run)])
    t.match(
      await who.call("POST", ylva, { body: {} }),
      { status: 403, json: { missing: ["target"] } },
      "nobody closes what they could not help",
    );
  t.equal((await desk.call("POST", path, { body: { note: "Rang henne." } })).status, 204);
  t.match((await desk.call("POST", path, { body: {} })).json, { status: 409, code: "conflict" });
  t.equal((await desk.call("GET", "/v1/help-requests")).json.items.length, 2);
  t.match((await desk.call("GET", "/v1/help-requests?state=resolved")).json.items, [
    { id: signe.id, resolved: { by: { kind: "user", id: desk.id }, note: "Rang henne." } },
  ]);
  t.match(await auditEvents(run, "help-request.resolve"), [{ actor: { kind: "user", id: desk.id }, user_id: signe.user.id }]);
  await ask(run, run.person("signe").userPrincipalName);
  await run.settled();
  const open = (await desk.call("GET", "/v1/help-requests")).json.items;
  t.equal(open.length, 3, "asking again opens a new one");
  t.equal((await desk.call("POST", `/v1/help-requests/${open[0].id}/resolve`)).status, 204, "without a body");
  for (const body of [[], { note: 7 }, { note: "\u0000" }, { note: "x".repeat(501) }, { what: 1 }])
    t.equal((await desk.call("POST", path, { body })).status, 400, JSON.stringify(body).slice(0, 40));
  for (const body of [{}, { userPrincipalName: "" }, { userPrincipalName: "a", message: "x".repeat(501) }, { userPrincipalName: ["a"] }])
    t.equal((await run.call("POST", "/v1/help-requests", { body })).status, 400);
  for (const query of ["cursor=abc", "state=x", "limit=0", "cursor=MSAnO2Ryb3A"])
    t.ok((await desk.call("GET", `/v1/help-requests?${query}`)).status < 500, query);
});

t.test("what nobody asked for again is forgotten after ninety days", async (t) => {
  const run = await startProduct(t);
  await ask(run, run.person("henrik").userPrincipalName, { message: "I am lost." });
  await run.settled();
  const { connection, clock } = run;
  t.equal(await forgetOldHelpRequests(connection.db, clock.now() + 89 * DAY, 10), 0);
  t.equal(await forgetOldHelpRequests(connection.db, clock.now() + 91 * DAY, 10), 1);
});

t.test("a job that is tried again after its request was resolved opens no other one", async (t) => {
  const run = await startProduct(t);
  const { connection, keyring, clock, demo } = run;
  const requests = createHelpRequestStore({ db: connection.db, sealer: createSealer(keyring), random: systemRandom });
  const { id: userId } = await newPerson(run);
  const tenantId = demo.tenant.id;
  const request = { id: "tried-again-0000000001", tenantId, userId, supportCode: "KXQT-WMRB", message: "Help.", now: clock.now() };
  t.same(await requests.keep(request), { supportCode: "KXQT-WMRB", wrote: true });
  const act = { tenantId, actor: { kind: "app", id: "desk" } as const, roles: [], now: clock.now() };
  t.equal(await requests.resolve(act, request.id, null), "resolved");
  t.same(await requests.keep(request), { supportCode: "KXQT-WMRB", wrote: true });
  t.same((await requests.list(tenantId, "open", { limit: 10, after: null })).items, []);
});
