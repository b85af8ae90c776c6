import t from "tap";
import { type MadePerson, newAdministrator, newPerson, signedInAs } from "../builders/administrator.ts";
import { auditEvents, demoApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { challenge, onEachState, setPassword, signIn, startReset } from "../journeys/reset-steps.ts";
import { exhaust } from "../security/exhaust.ts";
import { BEHIND_PROXY } from "../security/sources.ts";

async function failures(run: StartedProduct, { id }: MadePerson): Promise<number> {
  const { rows } = await run.connection.pool.query(
    "select sum(consecutive_failures)::int as sum from authentication_methods where user_id = $1",
    [id],
  );
  return rows[0].sum;
}

onEachState(t, "unlock lifts the lockout of sign-in, and pauses and blocks of methods with it", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const person = await newPerson(run);
  for (let turn = 0; turn < 10; turn += 1) await signIn(run, person.userPrincipalName, `wrong ${turn}`);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 429);
  t.same(await exhaust(run, person.userPrincipalName, "email", 100), Array(10).fill(422));
  await until(async () => (await failures(run, person)) === 10);
  await run.connection.pool.query("update authentication_methods set consecutive_failures = 30 where user_id = $1", [person.id]);
  const paused = await startReset(run, person.userPrincipalName);
  t.equal((await challenge(run, paused, "email")).status, 429);

  t.equal((await helpdesk.call("POST", `/v1/users/${person.id}/unlock`)).status, 204);
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 200);
  t.equal(await failures(run, person), 0);
  const open = await startReset(run, person.userPrincipalName);
  t.equal((await challenge(run, open, "email")).status, 202);
  t.match(await auditEvents(run, "user.unlock"), [{ user_id: person.id, actor: { kind: "user", id: helpdesk.id } }]);
});

onEachState(t, "unblock lifts one method and the pause of its kind alone", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const authentication = await newAdministrator(run, ["authenticationAdministrator"]);
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const person = await newPerson(run);
  await exhaust(run, person.userPrincipalName, "email", 100);
  await exhaust(run, person.userPrincipalName, "sms", 200);
  await until(async () => (await failures(run, person)) === 20);
  await run.connection.pool.query("update authentication_methods set consecutive_failures = 30 where user_id = $1", [person.id]);
  const { methods } = (await authentication.call("GET", `/v1/users/${person.id}`)).json.securityInfo;
  const email = methods.find(({ type }: { type: string }) => type === "email");
  const path = `/v1/users/${person.id}/methods/${email.id}/unblock`;
  t.match((await helpdesk.call("POST", path)).json, { status: 403, missing: ["role"] });
  t.equal((await authentication.call("POST", path)).status, 204);
  t.equal(await failures(run, person), 30, "of the other method");
  const reset = await startReset(run, person.userPrincipalName);
  t.equal((await challenge(run, reset, "email")).status, 202);
  t.equal((await challenge(run, reset, "sms")).status, 429);
  for (const other of ["x", "11111111-2222-4333-8444-555555555555"])
    t.equal((await authentication.call("POST", `/v1/users/${person.id}/methods/${other}/unblock`)).status, 404);
  const stranger = await newPerson(run);
  t.equal((await authentication.call("POST", `/v1/users/${stranger.id}/methods/${email.id}/unblock`)).status, 404, "somebody else's");
  t.match(await auditEvents(run, "method.unblock"), [{ user_id: person.id, details: { method: "email", methodId: email.id } }]);
});

onEachState(t, "revoke-sessions ends every session at once; the password stays", async (t, state) => {
  const run = await startProduct(t, { state });
  const app = await demoApplication(run);
  const person = await newPerson(run);
  const sessions = [await signedInAs(run, person), await signedInAs(run, person)];
  const reset = await startReset(run, person.userPrincipalName);
  t.equal((await app.call("POST", `/v1/users/${person.id}/revoke-sessions`)).status, 204);
  for (const session of sessions) t.equal((await session.call("GET", "/v1/me")).status, 401);
  t.equal((await setPassword(run, reset, "spade-moln-ekorre-tavla-77")).status, 403, "a reset that has proved nothing has lost nothing");
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 200);
  t.match(await auditEvents(run, "sessions.revoke"), [{ user_id: person.id, actor: { kind: "app" } }]);
});

t.test("unfreeze is for whoever may change the account, and ends older objections", async (t) => {
  const run = await startProduct(t);
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const user = await newAdministrator(run, ["userAdministrator"]);
  const person = await newPerson(run);
  const frozen = async () =>
    (await run.connection.pool.query("select recovery_frozen_at is not null as frozen from users where id = $1", [person.id])).rows[0]
      .frozen;
  t.equal((await user.call("POST", `/v1/users/${person.id}/unfreeze`)).status, 204, "nothing to do");
  await run.connection.pool.query("update users set recovery_frozen_at = now() where id = $1", [person.id]);
  t.match((await helpdesk.call("POST", `/v1/users/${person.id}/unfreeze`)).json, { status: 403, missing: ["role"] });
  t.equal((await helpdesk.call("POST", `/v1/users/${person.id}/unlock`)).status, 204);
  t.equal(await frozen(), true, "unlocking does not lift a freeze");
  t.equal((await user.call("POST", `/v1/users/${person.id}/unfreeze`)).status, 204);
  t.equal(await frozen(), false);
  t.match(await auditEvents(run, "recovery.unfrozen"), [{ user_id: person.id, reason: "administrator" }]);
});

t.test("actions say beforehand what will be refused, for applications too", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const person = await newPerson(run);
  t.match((await helpdesk.call("GET", `/v1/users/${person.id}`)).json.actions, {
    resetPassword: { allowed: true },
    unlock: { allowed: true },
    revokeSessions: { allowed: true },
    change: { allowed: false, reason: "None of your roles gives users:write." },
    disable: { allowed: false },
    delete: { allowed: false },
    changeMethods: { allowed: false },
    grantRoles: { allowed: false },
  });
  t.match((await helpdesk.call("GET", `/v1/users/${helpdesk.id}`)).json.actions.resetPassword, { allowed: false, reason: /themselves/ });
  const { actions } = (await app.call("GET", `/v1/users/${person.id}`)).json;
  t.match(actions, { resetPassword: { allowed: true }, change: { allowed: true }, grantRoles: { allowed: false, reason: /people alone/ } });
  t.notOk("restore" in actions);
  t.match((await app.call("GET", `/v1/users/${helpdesk.id}`)).json.actions.change, { allowed: false, reason: /administrator role/ });
});
