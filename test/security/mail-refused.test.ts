import t from "tap";
import { startMailServer } from "../journeys/mail-server.ts";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { addressOf, challenge, codeIn, proveByMessage, setPassword, startReset, verify } from "../journeys/reset-steps.ts";
import { type Canaries, leaks } from "./leak-search.ts";
import { count, password } from "./proved-reset.ts";

/** What a mail server says of a recipient, as real ones do: with the address in it. */
const LATER = { code: 451, message: "4.7.1 <{to}> greylisted, try again in 300 seconds" };
const NEVER = { code: 550, message: "5.1.1 <{to}>: Recipient address rejected: User unknown" };

const FAILED = "graphile_worker._private_jobs where attempts > 0 and locked_at is null";

/** Every waiting job is due now: the test waits for work, not for time. */
async function due(run: StartedProduct): Promise<void> {
  await run.connection.pool.query("update graphile_worker._private_jobs set run_at = now() where locked_at is null");
  await run.connection.pool.query(`select pg_notify('jobs:insert', '{"count":1}')`);
}

function addressesOf(run: StartedProduct): Canaries {
  return new Map(
    run.demo.users.flatMap(({ contacts, userPrincipalName }) => [
      [userPrincipalName, "user name"] as const,
      ...contacts.map(({ type, value }) => [value, type] as const),
    ]),
  );
}

t.test("451 first, then accepted: the same code comes late, and is good", async (t) => {
  const mail = await startMailServer(t);
  const run = await startProduct(t, { state: "redis", env: { SMTP_URL: mail.url } });
  const person = run.person("henrik");
  mail.refuse(LATER);
  const reset = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, reset, "email");
  t.equal(asked.status, 202, "whoever stands before the page is told nothing (I06)");
  await until(async () => (await count(run, FAILED)) === 1);
  t.strictSame(await leaks(run, addressesOf(run)), {}, "what the mail server said is nowhere: it names the person (S03)");
  mail.refuse(null);
  await due(run);
  const { mail: received } = await mail.mailTo(addressOf(person, "email"));
  t.equal((await verify(run, reset, asked.json.challengeId, codeIn({ text: received.text ?? "" }))).json.next, "password");
  await run.settled();
  t.equal(mail.mails.length, 1);
});

t.test("550: it is given up at once, on the record, and the other method goes on", async (t) => {
  const mail = await startMailServer(t);
  const run = await startProduct(t, { state: "redis", env: { SMTP_URL: mail.url } });
  const person = run.person("henrik");
  mail.refuse(NEVER);
  const reset = await startReset(run, person.userPrincipalName);
  t.equal((await challenge(run, reset, "email")).status, 202);
  await until(async () => (await count(run, "audit_events where type = 'message.given-up'")) === 1);
  const { rows } = await run.connection.pool.query("select * from audit_events where type = 'message.given-up'");
  t.match(rows, [
    { outcome: "failure", reason: "refused", flow_id: reset.id, support_code: reset.supportCode, tenant_id: run.demo.tenant.id },
  ]);
  await run.settled();
  t.equal(mail.asked.length, 1, "an address that does not exist is not asked again");
  t.strictSame(await leaks(run, addressesOf(run)), {});
  t.match((await run.call("GET", "/metrics")).text, /^rekey_\S*\{[^}]*outcome="refused"[^}]*\} 1$/m, "and counted");

  t.equal((await proveByMessage(run, reset, "sms", addressOf(person, "mobilePhone"))).next, "password");
  t.equal((await setPassword(run, reset, password(1))).status, 204);
  await until(async () => (await count(run, "audit_events where type = 'message.given-up'")) === 2);
  t.equal((await run.outbox()).filter(({ text }) => text.includes("/l/")).length, 1, "the phone is told that the password was reset");
});

t.test("nobody answers: the message waits, and nothing else does", async (t) => {
  const mail = await startMailServer(t);
  const run = await startProduct(t, { state: "redis", env: { SMTP_URL: mail.url } });
  await mail.stop();
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  t.equal((await challenge(run, reset, "email")).status, 202);
  await until(async () => (await count(run, FAILED)) === 1);
  t.equal(await count(run, "audit_events where type = 'message.given-up'"), 0, "it is not given up");
  t.equal((await proveByMessage(run, reset, "sms", addressOf(person, "mobilePhone"))).next, "password");
  t.strictSame(await leaks(run, addressesOf(run)), {});
});
