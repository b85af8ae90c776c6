import t from "tap";
import { newAdministrator, signedInAs } from "../builders/administrator.ts";
import { auditEvents, demoApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { approve, asked, disableOthers, policyOf, switchRule, UNCHANGED, underTheRule, WEAKER, weaken } from "./approval-walk.ts";

t.test("what weakens the policy waits for a second administrator, and is done in the name of the first", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const before = await policyOf(anna);
  const id = await asked(anna);
  t.strictSame(await policyOf(anna), before, "nothing is done yet");

  const waiting = (await bo.call("GET", "/v1/approvals")).json.items;
  t.match(waiting, [
    {
      id,
      state: "waiting",
      act: "weaken-policy",
      policy: { which: "users", version: before.version, patch: WEAKER },
      requestedBy: { kind: "user", id: anna.id, name: anna.userPrincipalName },
      mayDecide: true,
    },
  ]);
  t.match((await anna.call("GET", `/v1/approvals/${id}`)).json, { mayDecide: false }, "nobody decides their own");
  const done = await approve(bo, id);
  t.match(done, { status: 200, json: { state: "approved", carriedOut: true, failure: null, decidedBy: { name: bo.userPrincipalName } } });
  t.match(await policyOf(bo), WEAKER);
  t.match((await anna.call("GET", `/v1/approvals/${id}`)).json, { result: { version: Number(before.version) + 1 } });

  const approved = await auditEvents(run, "approval.approve");
  t.match(approved, [
    {
      actor: { kind: "user", id: bo.id },
      details: {
        approvalId: id,
        act: "weaken-policy",
        requestedBy: { kind: "user", id: anna.id },
        decidedBy: { kind: "user", id: bo.id },
      },
    },
  ]);
  const changes = await auditEvents(run, "policy.change");
  t.strictSame(changes.map(({ actor }) => actor.kind).sort(), ["app", "user"]);
  t.ok(changes.some(({ actor, details }) => actor.id === anna.id && details.agreed === true));
  t.match(await auditEvents(run, "approval.request"), [{ actor: { kind: "user", id: anna.id }, details: { approvalId: id } }]);
});

t.test("those who could agree are told, and nobody else", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const id = await asked(anna);
  t.equal(await asked(anna), id, "the same wish waits once");
  await run.settled();
  const told = (await run.outbox()).filter(({ text }) => text.includes("approve or deny it"));
  const mailOf = ({ contacts }: typeof bo) => contacts[0]?.value ?? "";
  t.equal(told.filter(({ to }) => to === mailOf(bo)).length, 1);
  t.ok(told.every(({ to }) => to !== mailOf(anna) && to !== mailOf(helpdesk)));
  t.ok(told[0]?.text.includes(anna.userPrincipalName));
});

t.test("switched off, nothing waits; what strengthens never waits", async (t) => {
  const run = await startProduct(t);
  const { anna } = await underTheRule(run);
  t.equal((await weaken(anna, { methodsRequired: 2 })).status, 200);
  await run.connection.pool.query("update tenants set policy = policy || '{\"twoPersonRule\": false}'");
  t.equal((await weaken(anna)).status, 200);
  t.strictSame((await anna.call("GET", "/v1/approvals")).json.items, []);
});

t.test("denied: nothing is done, and nothing can be done any more", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna);
  t.match(await bo.call("POST", `/v1/approvals/${id}/deny`), { status: 200, json: { state: "denied", carriedOut: false } });
  t.match(await approve(bo, id), { status: 409, json: { detail: "It is denied already." } });
  t.match(await policyOf(bo), UNCHANGED);
});

t.test("whoever asked may withdraw it, and nobody else", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna);
  t.equal((await bo.call("POST", `/v1/approvals/${id}/withdraw`)).status, 404);
  t.equal((await anna.call("POST", `/v1/approvals/${id}/withdraw`)).status, 204);
  t.equal((await anna.call("POST", `/v1/approvals/${id}/withdraw`)).status, 404);
  t.equal((await approve(bo, id)).status, 409);
});

t.test("a policy that has changed since is not weakened by an old approval", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna);
  t.equal((await weaken(bo, { methodsRequired: 2 })).status, 200);
  t.match(await approve(bo, id), { status: 200, json: { state: "approved", carriedOut: false, failure: { code: "precondition-failed" } } });
  t.match(await policyOf(bo), UNCHANGED);
});

t.test("a rule that nobody can satisfy does not lock the house: alone, told to everybody, on the record", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  await disableOthers(run, anna.id);
  t.equal((await weaken(anna)).status, 200);
  t.match(await auditEvents(run, "approval.alone"), [
    { actor: { kind: "user", id: anna.id }, details: { act: "weaken-policy", alone: true } },
  ]);
  t.ok((await auditEvents(run, "policy.change")).some(({ actor, details }) => actor.id === anna.id && details.alone === true));
  t.match(
    await weaken(await demoApplication(run), { passwords: { minLength: 8 } }).then((answer) => answer.json),
    { approvalId: /./ },
    "an application has somebody who could agree: the one who is left",
  );
  await disableOthers(run);
  t.match(await weaken(await demoApplication(run), { notifications: { users: false } }), {
    status: 403,
    json: { code: "forbidden", missing: ["target"] },
  });
  await run.connection.pool.query("update users set enabled = true, break_glass = true where id = $1", [bo.id]);
  t.equal((await weaken(await demoApplication(run), { disclosure: "private" })).status, 200, "what is no weakening");
  t.equal(
    (await weaken(await demoApplication(run), { notifications: { users: false } })).status,
    403,
    "an emergency account does not count",
  );
});

t.test("the reset of a Global Administrator waits, and its password is for whoever asked alone", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const cia = await newAdministrator(run, ["globalAdministrator"]);
  const path = `/v1/users/${cia.id}/password-reset`;
  const { approvalId: id } = (await anna.call("POST", path, { body: {} })).json;
  t.match((await cia.call("GET", `/v1/approvals/${id}`)).status, 404, "whom it is about is no second person");
  t.match(await approve(cia, id), { status: 403, json: { missing: ["target"] } });
  const done = await approve(bo, id);
  t.match(done, { status: 200, json: { carriedOut: true, target: { id: cia.id, userPrincipalName: cia.userPrincipalName } } });
  t.notOk(done.json.result);
  const { temporaryPassword } = (await anna.call("GET", `/v1/approvals/${id}`)).json.result;
  const { userPrincipalName } = cia;
  const signIn = await run.call("POST", "/v1/sign-in", { body: { userPrincipalName, password: temporaryPassword } });
  t.match(signIn, { status: 200, json: { next: "second-step" } });
  t.match(await auditEvents(run, "password.reset-by-administrator"), [{ actor: { id: anna.id }, user_id: cia.id }]);
  const { rows } = await run.connection.pool.query("select to_jsonb(a)::text as text from approvals a");
  t.notOk(JSON.stringify(rows).includes(temporaryPassword));
  t.notOk(run.logs.some((line) => line.includes(temporaryPassword)));
});

t.test("a password that was typed for it rests sealed, and goes when it is decided", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const cia = await newAdministrator(run, ["globalAdministrator"]);
  const password = "gryning-over-kobbar-77";
  const { approvalId: id } = (await anna.call("POST", `/v1/users/${cia.id}/password-reset`, { body: { password } })).json;
  const actOf = async () => JSON.stringify((await run.connection.pool.query("select act from approvals")).rows);
  t.match(await actOf(), "sealedPassword");
  t.notOk((await actOf()).includes(password));
  t.notOk(JSON.stringify((await bo.call("GET", `/v1/approvals/${id}`)).json).includes("ealed"));
  t.match(await approve(bo, id), { json: { carriedOut: true } });
  t.notOk((await actOf()).includes("sealedPassword"));
  const { userPrincipalName } = cia;
  t.equal((await run.call("POST", "/v1/sign-in", { body: { userPrincipalName, password } })).status, 200);
});

t.test("a reset of everybody waits for somebody who reaches as far", async (t) => {
  const run = await startProduct(t);
  const { bo } = await underTheRule(run);
  const asker = await newAdministrator(run, ["userAdministrator"]);
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const equal = await newAdministrator(run, ["userAdministrator"]);
  const ask = () => asker.call("POST", "/v1/password-reset-jobs", { body: { users: "all" } });
  const { approvalId: id } = (await ask()).json;
  t.match(await approve(helpdesk, id), { status: 403, json: { missing: ["target"] } });
  t.match((await bo.call("GET", `/v1/approvals/${id}`)).json, { act: "reset-everyone", mayDecide: true });
  t.match(await approve(equal, id), { json: { carriedOut: true } });
  const { jobId } = (await asker.call("GET", `/v1/approvals/${id}`)).json.result;
  t.match((await asker.call("GET", `/v1/password-reset-jobs/${jobId}`)).json, { whom: "all", requestedBy: { id: asker.id } });
});

t.test("whom it is about is nobody to ask: the last two reset each other alone, and it is told", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  await disableOthers(run, anna.id, bo.id);
  t.match(await anna.call("POST", `/v1/users/${bo.id}/password-reset`, { body: {} }), {
    status: 200,
    json: { temporaryPassword: String },
  });
  t.match(await auditEvents(run, "approval.alone"), [{ user_id: bo.id, details: { act: "reset-administrator" } }]);
  t.match(await auditEvents(run, "password.reset-by-administrator"), [{ details: { alone: true } }]);
  await run.settled();
  t.ok((await run.outbox()).some(({ to, text }) => to === bo.contacts[0]?.value && text.includes("by one person alone")));
});

t.test("the rule itself is switched off by two", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const id = await asked(anna, { twoPersonRule: false });
  t.match(await policyOf(anna), { twoPersonRule: true });
  t.match(await approve(bo, id), { json: { carriedOut: true } });
  t.match(await policyOf(anna), { twoPersonRule: false });
  await switchRule(run, true);
});

t.test("taking the role, resetting and giving it back is no way round, and all are told of it", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const cia = await newAdministrator(run, ["globalAdministrator"]);
  await run.connection.pool.query(`update tenants set policy = policy || '{"notifications": {"administrators": false}}'`);
  const role = `/v1/users/${bo.id}/roles/globalAdministrator`;
  t.equal((await anna.call("DELETE", role)).status, 204);
  const reset = () => anna.call("POST", `/v1/users/${bo.id}/password-reset`, { body: {} });
  t.equal((await reset()).status, 202, "waits for a second person");
  await run.settled();
  const told = async (words: string) => (await run.outbox()).filter(({ text }) => text.includes(words)).map(({ to }) => to);
  const no = await told(`${bo.userPrincipalName} is no longer Global Administrator`);
  for (const { contacts } of [cia, bo]) t.ok(no.includes(contacts[0]?.value ?? ""));
  t.notOk(no.includes(anna.contacts[0]?.value ?? ""), "whoever did it knows");
  t.equal((await anna.call("PUT", role)).status, 204);
  await run.settled();
  t.ok((await told(`${bo.userPrincipalName} was made Global Administrator`)).includes(cia.contacts[0]?.value ?? ""));
  t.equal((await anna.call("DELETE", role)).status, 204);
  run.clock.turn(25 * 3_600_000);
  const later = await signedInAs(run, anna);
  t.equal((await later.call("POST", `/v1/users/${bo.id}/password-reset`, { body: {} })).status, 200, "after a day an ordinary person");
});

t.test("nor by a group, nor by bringing back who was offboarded", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const cia = await newAdministrator(run, ["globalAdministrator"]);
  const { id } = (await anna.call("POST", "/v1/groups", { body: { name: "Owners", roleAssignable: true } })).json;
  for (const path of [`members/${cia.id}`, "roles/globalAdministrator"])
    t.match((await anna.call("PUT", `/v1/groups/${id}/${path}`)).status, 204, path);
  await run.connection.pool.query("delete from user_roles where user_id = $1", [cia.id]);
  t.equal((await anna.call("DELETE", `/v1/groups/${id}/members/${cia.id}`)).status, 204);
  t.equal((await anna.call("POST", `/v1/users/${cia.id}/password-reset`, { body: {} })).status, 202);
  await anna.call("POST", `/v1/users/${bo.id}/offboard`);
  t.equal((await anna.call("POST", `/v1/users/${bo.id}/restore`)).status, 204);
  t.equal((await anna.call("POST", `/v1/users/${bo.id}/password-reset`, { body: {} })).status, 202);
  await run.settled();
  const texts = (await run.outbox()).map(({ text }) => text);
  for (const { userPrincipalName } of [cia, bo])
    t.ok(texts.some((text) => text.includes(`${userPrincipalName} is no longer Global Administrator`)));
});

t.test("whom a reset of everybody is reported to rests sealed while it waits", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const emailTo = "reports@contoso.example";
  const { approvalId: id } = (await anna.call("POST", "/v1/password-reset-jobs", { body: { users: "all", emailTo } })).json;
  const act = async () => JSON.stringify((await run.connection.pool.query("select act from approvals")).rows);
  t.match(await act(), "sealedEmailTo");
  t.notOk((await act()).includes(emailTo));
  t.match(await approve(bo, id), { json: { carriedOut: true } });
  await run.settled();
  t.ok((await run.outbox()).some(({ to }) => to === emailTo));
});
