import t, { type Test } from "tap";
import { type PhoneProduct, startPhoneProduct } from "../channels/phone-product.ts";
import { SENDGRID_KEY, startSendGrid } from "../channels/sendgrid-emulator.ts";
import { complain } from "../channels/twilio-emulator.ts";
import { type StartedProduct, until } from "../journeys/product.ts";
import { addressOf, challenge, setPassword, startReset, verify } from "../journeys/reset-steps.ts";

const DOWN = complain(503, 20503, "Service unavailable");

/** Jobs that wait for their next attempt: how often they were tried, and in how many seconds they are due. */
async function waiting({ connection }: StartedProduct): Promise<{ attempts: number; due: number }[]> {
  const { rows } = await connection.pool.query(
    `select attempts, extract(epoch from run_at - now())::float8 as due from graphile_worker._private_jobs
     where locked_at is null and attempts > 0 and attempts < max_attempts and run_at > now()`,
  );
  return rows;
}

/** Lets the time of the wait after an attempt be over, on our clock and on the queue's. */
async function endWait(run: StartedProduct, attempts: number, passedMs = 0): Promise<void> {
  await until(async () => (await waiting(run)).some((job) => job.attempts >= attempts));
  run.clock.turn(passedMs);
  await run.connection.pool.query("update graphile_worker._private_jobs set run_at = now() where locked_at is null");
  await run.connection.pool.query(`select pg_notify('jobs:insert', '{"count":1}')`);
}

async function givenUp({ connection }: StartedProduct) {
  const { rows } = await connection.pool.query("select * from audit_events where type = 'message.given-up'");
  return rows;
}

async function askBySms({ run }: Pick<PhoneProduct, "run">) {
  const reset = await startReset(run, run.person("henrik").userPrincipalName);
  const asked = await challenge(run, reset, "sms");
  return { reset, challengeId: asked.json.challengeId as string };
}

/** Addresses and codes are in no line of the log. */
function logsNothing(t: Test, { run, twilio }: PhoneProduct): void {
  const logs = run.logs.join("\n");
  t.match(logs, /job (failed|given up)/);
  for (const secret of [
    addressOf(run.person("henrik"), "mobilePhone"),
    ...twilio.calls.map(({ body }) => /%23(\d{8})/.exec(body)?.[1] ?? "no code"),
  ])
    t.notOk(logs.includes(secret), secret);
}

t.test("a refusal for good is not tried again, and is on the record", async (t) => {
  const product = await startPhoneProduct(t);
  const { run, twilio } = product;
  twilio.next(complain(400, 21610, `Attempt to send to unsubscribed recipient ${addressOf(run.person("henrik"), "mobilePhone")}`));
  const { reset } = await askBySms(product);
  await until(async () => (await givenUp(run)).length > 0);
  await run.settled();
  t.equal(twilio.calls.length, 1);
  t.match(await givenUp(run), [
    {
      tenant_id: run.demo.tenant.id,
      flow_id: reset.id,
      support_code: reset.supportCode,
      user_id: /^[0-9a-f-]{36}$/,
      outcome: "failure",
      reason: "refused",
      actor: { kind: "system" },
      details: { task: "send-code", attempts: 1, provider: "twilio" },
    },
  ]);
  const metrics = (await run.call("GET", "/metrics")).text;
  t.match(metrics, 'rekey_messages_total{channel="sms",provider="twilio",outcome="refused"} 1');
  t.match(metrics, 'rekey_jobs_given_up_total{task="send-code"} 1');
  logsNothing(t, product);
});

t.test("tried again later, with the same code; a 429 waits as long as it asked for", async (t) => {
  const product = await startPhoneProduct(t);
  const { run, twilio } = product;
  twilio.next("cut", { ...complain(429, 20429, "Too many requests"), headers: { "retry-after": "120" } });
  const { reset, challengeId } = await askBySms(product);
  await endWait(run, 1);
  await until(async () => (await waiting(run)).some(({ attempts }) => attempts === 2));
  const [job] = await waiting(run);
  t.ok(job !== undefined && job.due > 100 && job.due < 126, `due in ${job?.due} s`);
  await endWait(run, 2, 120_000);
  await until(async () => twilio.messages.length === 1);
  const bodies = twilio.calls.map(({ body }) => body);
  t.equal(bodies.length, 3);
  t.equal(new Set(bodies).size, 1, "to the letter");
  const code = /#(\d{8})$/.exec(twilio.messages[0]?.Body ?? "")?.[1] ?? "";
  t.equal((await verify(run, reset, challengeId, code)).json.next, "password");
  t.strictSame(await givenUp(run), []);
  logsNothing(t, product);
});

t.test("given up, visibly, after the last attempt", async (t) => {
  const product = await startPhoneProduct(t);
  const { run, twilio } = product;
  twilio.next(...Array(6).fill(DOWN));
  const { reset } = await askBySms(product);
  // Half a minute each time, or the provider would rest, and not be asked.
  for (let attempt = 1; attempt < 6; attempt++) await endWait(run, attempt, 31_000);
  await until(async () => (await givenUp(run)).length > 0);
  t.equal(twilio.calls.length, 6);
  t.match(await givenUp(run), [{ flow_id: reset.id, tenant_id: run.demo.tenant.id, reason: "unavailable", details: { attempts: 6 } }]);
  t.match((await run.call("GET", "/metrics")).text, 'rekey_jobs_given_up_total{task="send-code"} 1');
});

t.test("a code that died while it waited is given up, too", async (t) => {
  const product = await startPhoneProduct(t);
  const { run, twilio } = product;
  twilio.next(DOWN);
  await askBySms(product);
  await endWait(run, 1, 600_000);
  await until(async () => (await givenUp(run)).length > 0);
  t.equal(twilio.calls.length, 1);
  t.match(await givenUp(run), [{ reason: "outdated", details: { attempts: 2 } }]);
});

t.test("of a notice the addresses that can be told are told once, and the one that cannot is on the record", async (t) => {
  const sendgrid = await startSendGrid(t);
  const product = await startPhoneProduct(t, { env: { SENDGRID_API_KEY: SENDGRID_KEY, SENDGRID_BASE_URL: sendgrid.baseUrl } });
  const { run, twilio } = product;
  const { reset, challengeId } = await askBySms(product);
  await until(async () => twilio.messages.length === 1);
  const code = /#(\d{8})$/.exec(twilio.messages[0]?.Body ?? "")?.[1] ?? "";
  await verify(run, reset, challengeId, code);
  const noAddress = { status: 400, body: { errors: [{ field: "personalizations.0.to.0.email", message: "no", help: null }] } };
  sendgrid.next(noAddress, noAddress);
  twilio.next(DOWN);
  t.equal((await setPassword(run, reset, "plum violin harbour tuesday")).status, 204);
  // The phone may still be told: so the job is tried again.
  await endWait(run, 1);
  await until(async () => (await givenUp(run)).length > 0);
  await run.settled();
  t.strictSame([sendgrid.calls.length, twilio.calls.length, twilio.messages.length], [2, 3, 2]);
  t.match(await givenUp(run), [
    { flow_id: reset.id, tenant_id: run.demo.tenant.id, reason: "refused", details: { task: "send-notice", provider: "sendgrid" } },
  ]);
});

t.test("the note to somebody who cannot reset is sent by the next attempt, where the first one failed", async (t) => {
  const sendgrid = await startSendGrid(t);
  // One note a day, as in earnest.
  const env = { SENDGRID_API_KEY: SENDGRID_KEY, SENDGRID_BASE_URL: sendgrid.baseUrl, LIMITS_FACTOR: "1" };
  const { run } = await startPhoneProduct(t, { env });
  await run.connection.pool.query("update users set recovery_frozen_at = now()");
  sendgrid.next({ status: 503 });
  await askBySms({ run });
  await endWait(run, 1);
  await run.settled();
  t.match(sendgrid.accepted, [{ subject: "About your attempt to reset your password" }]);
  await askBySms({ run });
  await run.settled();
  t.equal(sendgrid.accepted.length, 1, "and no second one that day");
});
