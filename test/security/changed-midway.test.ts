import t, { type Test } from "tap";
import { type Answer, type StartedProduct, startProduct, until } from "../journeys/product.ts";
import {
  addressOf,
  challenge,
  codeIn,
  messageTo,
  onEachState,
  proveByMessage,
  setPassword,
  signIn,
  startReset,
  verify,
} from "../journeys/reset-steps.ts";
import { anotherPerson, type Person, userId } from "./another-person.ts";
import { count, password, provedReset } from "./proved-reset.ts";

const ROLE = "insert into user_roles (user_id, role, granted_at) values ($1, 'helpdeskAdministrator', now())";
const OUT_OF_SCOPE = `update tenants set policy = policy || '{"scope":"none"}' where id = (select tenant_id from users where id = $1)`;

/** What may happen to a person or a policy while a reset is on its way. Each makes the proof by email worth nothing, or not enough. */
const CHANGES: Readonly<Record<string, string>> = {
  "an administrator role is granted": ROLE,
  "the address is removed": "delete from authentication_methods where user_id = $1 and type = 'email'",
  "the address is changed": "update authentication_methods set revision = revision + 1 where user_id = $1 and type = 'email'",
  "the account is disabled": "update users set enabled = false where id = $1",
  "the account is deleted": "update users set deleted_at = now() where id = $1",
  "the licence is taken away": "update users set licensed = false where id = $1",
  "resets are frozen": "update users set recovery_frozen_at = now() where id = $1",
  "self-service is switched off": OUT_OF_SCOPE,
  "email is no longer allowed": `update tenants set policy = policy || '{"methods":["sms"]}' where id = (select tenant_id from users where id = $1)`,
  "two methods are required": `update tenants set policy = policy || '{"methodsRequired":2}' where id = (select tenant_id from users where id = $1)`,
};

/** Each change on another person, on one product; the tenant's policy is put back after each. */
function onEachChange(name: string, work: (t: Test, run: StartedProduct, person: Person, change: string) => Promise<void>): void {
  t.test(name, async (t) => {
    const run = await startProduct(t);
    const { pool } = run.connection;
    const { rows } = await pool.query("select policy from tenants where id = $1", [run.demo.tenant.id]);
    for (const [what, change] of Object.entries(CHANGES)) {
      const person = await anotherPerson(run);
      await t.test(what, (child) => work(child, run, person, change));
      await pool.query("update tenants set policy = $2 where id = $1", [run.demo.tenant.id, rows[0].policy]);
    }
  });
}

onEachChange("C02 C08 D06: changed between the proof and the new password", async (t, run, person, change) => {
  const reset = await provedReset(run, person);
  await run.connection.pool.query(change, [person.id]);
  t.equal((await setPassword(run, reset, password(1))).json.code, "gates-not-passed");
  t.equal((await run.call("GET", `/v1/password-resets/${reset.id}`, { token: reset.token })).json.next, "challenge");
  t.equal(await count(run, "completed_resets"), 0);
});

onEachChange("C02 C08 D06: changed between the sending and the proof", async (t, run, person, change) => {
  const reset = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, reset, "email");
  const code = codeIn(await messageTo(run, addressOf(person, "email")));
  await run.connection.pool.query(change, [person.id]);
  const answer = await verify(run, reset, asked.json.challengeId, code);
  t.not(answer.json.next, "password", answer.text);
  t.equal((await setPassword(run, reset, password(1))).json.code, "gates-not-passed");
});

/** Sends the new password while `change` is made but not committed; commits it when the reset is waiting for it inside its transaction. */
async function whileCommitting(run: StartedProduct, change: string, id: string, send: () => Promise<Answer>): Promise<Answer> {
  const administrator = await run.connection.pool.connect();
  try {
    await administrator.query("begin");
    await administrator.query(change, [id]);
    const answer = send();
    await until(async () => {
      const waiting = "pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
      return (await count(run, waiting)) === 1;
    });
    await administrator.query("commit");
    return await answer;
  } finally {
    administrator.release();
  }
}

onEachChange("C08 TH17: changed between the last look and the commit", async (t, run, person, change) => {
  // A value that goes away takes no lock: the reset is over before it, and nothing is wrong with that.
  if (change.includes("authentication_methods")) return;
  const reset = await provedReset(run, person);
  const answer = await whileCommitting(run, change, person.id, () => setPassword(run, reset, password(1)));
  t.equal(answer.json.code, "gates-not-passed");
  t.equal(await count(run, "completed_resets"), 0);
  t.equal(await count(run, `passwords where user_id = '${person.id}'`), 0);
  t.equal((await setPassword(run, reset, password(1))).json.code, "gates-not-passed", "the reset is held by nobody");
});

onEachState(t, "C08: whoever becomes an administrator half-way goes on with a second gate", async (t, state) => {
  const run = await startProduct(t, { state });
  const person = run.person("henrik");
  const reset = await provedReset(run, "henrik");
  await run.connection.pool.query(ROLE, [await userId(run, person.userPrincipalName)]);
  t.equal((await setPassword(run, reset, password(1))).json.code, "gates-not-passed");
  t.equal((await proveByMessage(run, reset, "sms", addressOf(person, "mobilePhone"))).next, "password");
  t.equal((await setPassword(run, reset, password(1))).status, 204);
  t.equal((await signIn(run, person.userPrincipalName, password(1))).status, 200);
});
