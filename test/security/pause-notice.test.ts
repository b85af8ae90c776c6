import t from "tap";
import { DAY } from "../../src/kit/clock.ts";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { addressOf, onEachState, startReset } from "../journeys/reset-steps.ts";
import { exhaust } from "./exhaust.ts";
import { count } from "./proved-reset.ts";
import { address, BEHIND_PROXY, from } from "./sources.ts";

// Somebody guesses at an account until a way of proving rests. Its owner hears of it; whoever guesses does not hear that there is an owner.

const SUBJECT = "Too many wrong codes were typed for your account";
const pauses = (run: StartedProduct) => count(run, "audit_events where type = 'reset.pause'");

async function notices(run: StartedProduct) {
  return (await run.outbox()).filter(({ subject }) => subject === SUBJECT);
}

/** Every recorded step was moved, and what that caused was done. */
async function moved(run: StartedProduct, steps: number): Promise<void> {
  await until(async () => (await count(run, "audit_events where type = 'reset.proof'")) >= steps);
  await run.settled();
}

onEachState(t, "D03: the wrong code that makes a way rest is told its owner, once for each pause", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const person = run.person("henrik");
  const known = await exhaust(run, person.userPrincipalName, "email");
  await moved(run, 10);
  const [notice, ...more] = await notices(run);
  t.same(more, []);
  t.equal(notice?.to, addressOf(person, "email"));
  const [{ support_code: supportCode }] = (
    await run.connection.pool.query("select support_code, details from audit_events where type = 'reset.pause'")
  ).rows;
  for (const words of [person.userPrincipalName, "codes sent by email", supportCode, "Your password is as it was", "UTC"])
    t.match(notice?.text, words);
  t.notMatch(notice?.text, /198\.18|\/l\/|https?:/, "neither where from nor a link");

  const later = await startReset(from(run, address(900)), person.userPrincipalName);
  const asked = await from(run, address(900)).call("POST", `/v1/password-resets/${later.id}/challenges`, {
    token: later.token,
    body: { method: "email" },
  });
  t.equal(asked.status, 429);
  await until(async () => (await count(run, "audit_events where type = 'reset.challenge' and outcome = 'blocked'")) === 1);
  await run.settled();
  t.same([await pauses(run), (await notices(run)).length], [1, 1], "who is turned away meanwhile is no second pause");

  const unknown = await exhaust(run, "nobody.there@contoso.example", "email", 1_000);
  t.same(unknown, known, "the same answers");
  await moved(run, 20);
  t.same([await pauses(run), (await notices(run)).length], [1, 1], "and nobody to tell");

  const unregistered = await exhaust(run, run.person("signe").userPrincipalName, "email", 3_000);
  t.same(unregistered, known);
  await moved(run, 30);
  t.same([await pauses(run), (await notices(run)).length], [1, 1], "nor of somebody whose every code is wrong");

  run.clock.turn(DAY + 1);
  await exhaust(run, person.userPrincipalName, "email", 2_000);
  await moved(run, 40);
  t.same([await pauses(run), (await notices(run)).length], [2, 2], "the next day's is told anew");
});

t.test("A77: strangers cannot have text messages sent by it, save where there is no mailbox", async (t) => {
  const run = await startProduct(t, { env: BEHIND_PROXY });
  const { pool } = run.connection;
  const [withMail, without] = [run.person("henrik"), run.person("mirja")];
  await pool.query("update users set mail = null, preferred_language = 'sv' where upn_key like 'mirja%'");
  await pool.query("delete from user_roles where user_id = (select id from users where upn_key like 'mirja%')");
  await pool.query(
    "delete from authentication_methods where type = 'email' and user_id = (select id from users where upn_key like 'mirja%')",
  );
  await exhaust(run, withMail.userPrincipalName, "sms");
  await exhaust(run, without.userPrincipalName, "sms", 1_000);
  await moved(run, 20);
  const texts = (await run.outbox()).filter(({ channel, text }) => channel === "sms" && !/\d{8}/.test(text));
  t.match(texts, [{ to: addressOf(without, "mobilePhone"), text: /Säg till helpdesk: [A-Z]{4}-[A-Z]{4}$/ }]);
  t.equal(texts.length, 1);
  t.same(
    (await notices(run)).map(({ to }) => to),
    [addressOf(withMail, "email")],
  );
});

t.test("an organisation that tells its people nothing of resets tells nothing of this either", async (t) => {
  const run = await startProduct(t, { env: BEHIND_PROXY });
  await run.connection.pool.query(
    `update tenants set policy = jsonb_set(policy, '{notifications}', '{"users": false, "administrators": false}')`,
  );
  await exhaust(run, run.person("henrik").userPrincipalName, "email");
  await moved(run, 10);
  t.same([await pauses(run), await notices(run)], [1, []], "it is on the record all the same");
});
