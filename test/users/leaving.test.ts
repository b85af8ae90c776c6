import t from "tap";
import { createOneTimeTokens } from "../../src/keys/one-time-tokens.ts";
import { DAY } from "../../src/kit/clock.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { createForgetRemovedPeople } from "../../src/users/removed-people.pg.ts";
import { type Administrator, type MadePerson, newAdministrator, newPerson, signedInAs } from "../builders/administrator.ts";
import { auditEvents, demoApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { onEachState, proveByMessage, setPassword, signIn, startReset } from "../journeys/reset-steps.ts";

const NEXT = "spade-moln-ekorre-tavla-77";

/** A link that somebody could still have. */
async function linkOf(run: StartedProduct, { id }: MadePerson): Promise<string> {
  const linkId = `L${id.slice(0, 8)}${Math.round(run.clock.now())}`.padEnd(22, "x").slice(0, 22);
  await run.connection.pool.query(
    "insert into one_time_links (id, purpose, tenant_id, user_id, created_at, expires_at) values ($1, 'not-me', $2, $3, $4, $5)",
    [linkId, run.demo.tenant.id, id, new Date(run.clock.now()), new Date(run.clock.now() + 30 * DAY)],
  );
  return createOneTimeTokens(run.keyring).tokenOf(linkId);
}

async function deadLinks(run: StartedProduct, { id }: MadePerson): Promise<boolean> {
  const { rows } = await run.connection.pool.query("select expires_at from one_time_links where user_id = $1 and used_at is null", [id]);
  return rows.every(({ expires_at }) => expires_at.getTime() <= run.clock.now());
}

/** A reset that has passed every gate: only the new password is missing. */
async function provedReset(run: StartedProduct, person: MadePerson) {
  const reset = await startReset(run, person.userPrincipalName);
  const to = person.contacts.find(({ type }) => type === "email")?.value ?? "";
  if ((await proveByMessage(run, reset, "email", to)).next !== "password") throw new Error("not proved");
  return reset;
}

onEachState(t, "who is removed is out at once: session, sign-in, a proved reset, links; and the name stays taken", async (t, state) => {
  const run = await startProduct(t, { state });
  const user = await newAdministrator(run, ["userAdministrator"]);
  const person = await newPerson(run);
  const own = await signedInAs(run, person);
  const reset = await provedReset(run, person);
  await linkOf(run, person);
  t.equal((await own.call("GET", "/v1/me")).status, 200);

  t.equal((await user.call("DELETE", `/v1/users/${person.userPrincipalName}`)).status, 204);
  t.equal((await own.call("GET", "/v1/me")).status, 401);
  t.match((await signIn(run, person.userPrincipalName, person.password)).json, { status: 401, code: "sign-in-failed" });
  t.match((await setPassword(run, reset, NEXT)).json, { status: 401, code: "invalid-reset-token" });
  t.ok(await deadLinks(run, person));
  t.equal((await user.call("GET", `/v1/users/${person.id}`)).status, 404);
  t.equal((await user.call("DELETE", `/v1/users/${person.id}`)).status, 404, "twice");
  t.equal(
    (await user.call("POST", "/v1/users", { body: { userPrincipalName: person.userPrincipalName } })).status,
    409,
    "the name is taken",
  );
  const shown = (await user.call("GET", "/v1/users?deleted=true")).json.items;
  t.match(shown, [{ id: person.id, actions: { restore: { allowed: true } } }]);
  t.equal(shown[0].deletedAt, new Date(run.clock.now()).toISOString().replace(".000", ""));
  t.notOk((await user.call("GET", "/v1/users?limit=500")).json.items.some(({ id }: { id: string }) => id === person.id));
  t.match(await auditEvents(run, "user.delete"), [{ user_id: person.id, actor: { kind: "user", id: user.id } }]);
});

onEachState(t, "restoring somebody brings no old session, reset or link back, and trusts no old method or password", async (t, state) => {
  const run = await startProduct(t, { state });
  const app = await demoApplication(run);
  const person = await newPerson(run);
  const own = await signedInAs(run, person);
  const reset = await provedReset(run, person);
  await linkOf(run, person);
  t.equal((await app.call("DELETE", `/v1/users/${person.id}`)).status, 204);
  const between = await startReset(run, person.userPrincipalName);
  t.equal((await app.call("POST", `/v1/users/${person.id}/restore`)).status, 204);

  t.equal((await own.call("GET", "/v1/me")).status, 401, "the old session");
  t.match((await setPassword(run, reset, NEXT)).json, { status: 401, code: "invalid-reset-token" }, "the old reset");
  t.match((await setPassword(run, between, NEXT)).json, { status: 401, code: "invalid-reset-token" }, "one of in between");
  t.ok(await deadLinks(run, person));
  const { json } = await app.call("GET", `/v1/users/${person.id}`);
  t.match(json, { password: { mustChange: true }, securityInfo: { registered: false, capable: false } });
  t.ok(json.securityInfo.methods.length === 2 && json.securityInfo.methods.every(({ verified }: { verified: boolean }) => !verified));
  t.notOk("deletedAt" in json);
  const back = await signIn(run, person.userPrincipalName, person.password);
  t.match(back.json, { next: "interrupts" });
  t.equal(back.json.interrupts[0], "change-password");
  t.equal((await app.call("POST", `/v1/users/${person.id}/restore`)).status, 404, "who is there is not restored");
  t.match(await auditEvents(run, "user.restore"), [{ user_id: person.id }]);
});

t.test("restoring asks for as much reach as removing, and for thirty days", async (t) => {
  const run = await startProduct(t);
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const user = await newAdministrator(run, ["userAdministrator"]);
  const app = await demoApplication(run);
  const reader = await newPerson(run, { roles: ["securityReader"] });
  t.match((await app.call("DELETE", `/v1/users/${reader.id}`)).json, { status: 403, missing: ["target"] });
  t.equal((await global.call("DELETE", `/v1/users/${reader.id}`)).status, 204);
  for (const by of [app, user]) t.equal((await by.call("POST", `/v1/users/${reader.id}/restore`)).status, 403);
  const listed = (await user.call("GET", "/v1/users?deleted=true")).json.items[0];
  t.match(listed.actions.restore, { allowed: false, reason: /Global/ });
  t.equal((await global.call("POST", `/v1/users/${reader.userPrincipalName}/restore`)).status, 204, "by name too");
  t.same((await global.call("GET", `/v1/users/${reader.id}`)).json.roles, ["securityReader"]);
});

t.test("after thirty days they are gone for good, the record stays, and a new account of that name inherits nothing", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  const person = await newPerson(run);
  t.equal((await app.call("DELETE", `/v1/users/${person.id}`)).status, 204);
  const forget = createForgetRemovedPeople(systemRandom);
  run.clock.turn(30 * DAY - 1);
  t.equal(await forget(run.connection.db, run.clock.now(), 500), 0);
  run.clock.turn(1);
  const later = await demoApplication(run);
  t.equal((await later.call("POST", `/v1/users/${person.id}/restore`)).status, 404);
  t.same((await later.call("GET", "/v1/users?deleted=true")).json.items, []);
  t.equal(await forget(run.connection.db, run.clock.now(), 500), 1);
  t.equal(await forget(run.connection.db, run.clock.now(), 500), 0);
  const made = await later.call("POST", "/v1/users", { body: { userPrincipalName: person.userPrincipalName } });
  t.equal(made.status, 201, "the name is free");
  t.not(made.json.id, person.id);
  t.match(made.json, { roles: [], groups: [], securityInfo: { methods: [] }, password: { lastChangedAt: null } });
  t.equal((await signIn(run, person.userPrincipalName, person.password)).status, 401);
  for (const type of ["user.delete", "user.purge"]) t.match(await auditEvents(run, type), [{ user_id: person.id }], type);
});

t.test("offboard: everything in one audited act", async (t) => {
  const run = await startProduct(t);
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const leaver = await newAdministrator(run, ["helpdeskAdministrator"]);
  const plain = (await global.call("POST", "/v1/groups", { body: { name: "Plain" } })).json.id;
  const power = (await global.call("POST", "/v1/groups", { body: { name: "Power", roleAssignable: true } })).json.id;
  for (const group of [plain, power]) await global.call("PUT", `/v1/groups/${group}/members/${leaver.id}`);
  await linkOf(run, leaver);
  t.equal((await leaver.call("GET", "/v1/users")).status, 200);
  t.equal((await global.call("POST", `/v1/users/${leaver.id}/offboard`)).status, 204);
  t.equal((await leaver.call("GET", "/v1/users")).status, 401);
  t.ok(await deadLinks(run, leaver));
  const [event, ...more] = await auditEvents(run, "user.offboard");
  t.same(more, []);
  t.match(event, { user_id: leaver.id, details: { roles: ["helpdeskAdministrator"], methods: ["email", "mobilePhone"] } });
  t.same([...event.details.groups].sort(), [plain, power].sort());
  t.equal((await auditEvents(run, "user.delete")).length, 0, "one act, one event");

  t.equal((await global.call("POST", `/v1/users/${leaver.id}/restore`)).status, 204);
  const { json } = await global.call("GET", `/v1/users/${leaver.id}`);
  t.match(json, { enabled: false, roles: [], groups: [], securityInfo: { methods: [] } });
  t.equal((await global.call("PATCH", `/v1/users/${leaver.id}`, { body: { enabled: true } })).status, 200);
  t.equal((await signIn(run, leaver.userPrincipalName, leaver.password)).status, 401, "the old password opens nothing");
});

t.test("accounts for emergencies: of Global Administrators, two at most, and everybody hears when one signs in", async (t) => {
  const run = await startProduct(t);
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const granter = await newAdministrator(run, ["userAdministrator", "privilegedRoleAdministrator"]);
  const kept = await newPerson(run, { roles: ["globalAdministrator"] });
  const keep = (by: Administrator, { id }: { id: string }, breakGlass = true) =>
    by.call("PATCH", `/v1/users/${id}`, { body: { breakGlass } });
  const plain = await newPerson(run);
  t.equal((await keep(granter, plain)).status, 403);
  t.equal((await keep(global, plain)).status, 409, "no Global Administrator");
  t.equal((await keep(global, global)).status, 403, "not oneself");
  t.match((await keep(global, kept)).json, { breakGlass: true });
  t.equal((await keep(global, await newPerson(run, { roles: ["globalAdministrator"] }))).status, 200);
  const third = await newPerson(run, { roles: ["globalAdministrator"] });
  t.equal((await keep(global, third)).status, 409, "a third");

  await run.settled();
  const told = async () =>
    (await run.outbox()).filter(({ to, text }) => to === global.contacts[0]?.value && text.includes(kept.userPrincipalName)).length;
  t.equal(await told(), 0);
  await signedInAs(run, kept);
  await run.settled();
  t.equal(await told(), 1);
  t.match(await auditEvents(run, "sign-in.break-glass"), [{ user_id: kept.id }]);

  t.equal((await global.call("DELETE", `/v1/users/${kept.id}/roles/globalAdministrator`)).status, 204);
  t.equal((await keep(global, third)).status, 200, "who is demoted is kept for nothing any more");
});
