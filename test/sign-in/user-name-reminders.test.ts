import t from "tap";
import { HOUR, MINUTE } from "../../src/kit/clock.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { addressOf, messageTo, onEachState } from "../journeys/reset-steps.ts";

const remind = (run: Pick<StartedProduct, "call">, emailOrPhone: string, more: object = {}) =>
  run.call("POST", "/v1/user-name-reminders", { body: { emailOrPhone, ...more } });

async function sent(run: StartedProduct) {
  await run.settled();
  return run.outbox();
}

/** Another person with the same address as somebody of the demonstration. */
async function alike(run: StartedProduct, name: string, of: string, change = ""): Promise<void> {
  const { keyring, connection, demo } = run;
  const { createSealer } = await import("../../src/keys/sealer.ts");
  const { insertUser } = await import("../../src/users/user-store.pg.ts");
  const { parseUserPrincipalName } = await import("../../src/users/user-principal-name.ts");
  const { maskedContact } = await import("../../src/methods/contact-method.ts");
  const parsed = parseUserPrincipalName(name);
  if (!parsed.ok) throw new Error(parsed.reason);
  const deps = { sealer: createSealer(keyring), now: run.clock.now() };
  const person = { tenantId: demo.tenant.id, name: parsed, methods: [maskedContact("email", of)], methodsVerified: true };
  const id = await insertUser(connection.db, person, deps);
  if (change !== "") await connection.pool.query(change, [id]);
}

t.test("the names of an address go to that address, and nowhere else", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const to = addressOf(person, "email");
  await alike(run, "other.henrik@contoso.example", to);
  await alike(run, "gone.henrik@contoso.example", to, "update users set deleted_at = now() where id = $1");
  await alike(run, "off.henrik@contoso.example", to, "update users set enabled = false where id = $1");
  await alike(run, "filled.henrik@contoso.example", to, "update authentication_methods set verified_at = null where user_id = $1");
  const answer = await remind(run, to);
  t.same([answer.status, answer.text], [202, "{}"]);
  const [mail, ...more] = await sent(run);
  t.same(more, []);
  t.match(mail, { to, subject: "Your user name" });
  t.match(mail?.text, person.userPrincipalName);
  t.match(mail?.text, "other.henrik@contoso.example");
  t.notMatch(mail?.text, /gone\.|off\.|filled\./);
  const { rows } = await run.connection.pool.query("select actor, details from audit_events where type = 'user-name.send'");
  t.same(rows, Array(2).fill({ actor: { kind: "anonymous" }, details: { method: "email" } }));
});

t.test("by text message, in Swedish, however the number is written", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  const to = addressOf(person, "mobilePhone");
  await run.connection.pool.query("update users set preferred_language = 'sv'");
  await remind(run, ` ${to.slice(0, 5)} ${to.slice(5)} `);
  t.match(await messageTo(run, to), { channel: "sms", text: `ditt användarnamn är ${person.userPrincipalName}` });
});

t.test("a phone's capital letter is forgiven, five names are the most, and other organisations count", async (t) => {
  const run = await startProduct(t);
  const to = addressOf(run.person("henrik"), "email");
  for (let number = 0; number < 6; number += 1) await alike(run, `a${number}@contoso.example`, to);
  await remind(run, to[0]?.toUpperCase() + to.slice(1));
  const [mail] = await sent(run);
  t.equal(mail?.to, to);
  t.equal(mail?.text.match(/@contoso\.example \(/g)?.length, 5);
});

t.test("nothing goes to anybody else, and all answer alike", async (t) => {
  const run = await startProduct(t);
  for (const typed of ["nobody@example.com", "+46701740699", "henrik.dahl@contoso.example", "not an address", "070-174 06 99", " "])
    t.same((await remind(run, typed)).status, 202, typed);
  t.same(await sent(run), []);
  for (const body of [{}, { emailOrPhone: "" }, { emailOrPhone: ["a"] }, { emailOrPhone: "a", what: 1 }, { emailOrPhone: "x".repeat(321) }])
    t.equal((await run.call("POST", "/v1/user-name-reminders", { body })).status, 400, JSON.stringify(body).slice(0, 50));
});

onEachState(t, "an address gets three in ten minutes, silently; its owner's codes are not touched", async (t, state) => {
  const run = await startProduct(t, { state, env: { LIMITS_FACTOR: "1", TRUST_PROXY: "1" } });
  const to = addressOf(run.person("henrik"), "email");
  for (let turn = 0; turn < 5; turn += 1) {
    const headers = { "x-forwarded-for": `198.18.0.${turn}` };
    t.equal((await run.call("POST", "/v1/user-name-reminders", { body: { emailOrPhone: to }, headers })).status, 202);
  }
  t.equal((await sent(run)).length, 3);
  const start = await run.call("POST", "/v1/password-resets", { body: { userPrincipalName: run.person("henrik").userPrincipalName } });
  const path = `/v1/password-resets/${start.json.id}/challenges`;
  await run.call("POST", path, { token: start.json.token, body: { method: "email" } });
  t.equal((await sent(run)).length, 4);
});

onEachState(t, "a source that asks too often proves work or waits, then meets a wall", async (t, state) => {
  const run = await startProduct(t, { state, env: { LIMITS_FACTOR: "1" }, worker: false });
  for (let turn = 0; turn < 5; turn += 1) t.equal((await remind(run, "a@example.com")).status, 202);
  const hot = await remind(run, "a@example.com");
  t.match(hot, { status: 403, json: { code: "proof-of-work-required" } });
  const { ticket, seconds } = hot.json.challenge.wait;
  t.equal((await remind(run, "a@example.com", { proofOfWork: ticket })).status, 403, "not waited yet");
  run.clock.turn(seconds * 1000);
  t.equal((await remind(run, "a@example.com", { proofOfWork: ticket })).status, 202);
  t.equal((await remind(run, "a@example.com", { proofOfWork: ticket })).status, 403, "good once");
  for (let turn = 0; turn < 41; turn += 1) await remind(run, "a@example.com");
  t.match(await remind(run, "a@example.com"), { status: 429, json: { code: "too-many-attempts" } });
  run.clock.turn(10 * MINUTE);
  t.equal((await remind(run, "a@example.com")).status, 403, "the hour still counts");
  run.clock.turn(HOUR);
  t.equal((await remind(run, "a@example.com")).status, 202);
});

t.test("no address rests in the queue", async (t) => {
  const run = await startProduct(t, { worker: false });
  const to = addressOf(run.person("henrik"), "email");
  await remind(run, to);
  const { rows } = await run.connection.pool.query("select payload::text as payload from graphile_worker._private_jobs");
  t.equal(rows.length, 1);
  t.notMatch(rows[0].payload, to);
  t.notMatch(rows[0].payload, "henrik");
  t.notMatch(rows[0].payload, "127.0.0.1");
});
