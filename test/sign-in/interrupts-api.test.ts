import t from "tap";
import { DAY } from "../../src/kit/clock.ts";
import { demoApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { signIn } from "../journeys/reset-steps.ts";

const interrupts = (name: string) => `/v1/users/${name}/interrupts`;
const policy = (run: StartedProduct, change: object) =>
  run.connection.pool.query("update tenants set policy = policy || $1::jsonb", [JSON.stringify(change)]);

t.test("an application asks what is due after its own sign-in", async (t) => {
  const run = await startProduct(t);
  let app = await demoApplication(run);
  const signe = run.person("signe").userPrincipalName;
  t.same((await app.call("POST", interrupts(run.person("henrik").userPrincipalName))).json, {
    interrupts: [],
    skippable: [],
    skippableUntil: null,
  });
  const until = new Date(run.clock.now() + 14 * DAY).toISOString();
  const due = { interrupts: ["register-security-info"], skippable: ["register-security-info"], skippableUntil: until };
  t.same((await app.call("POST", interrupts(signe))).json, due);
  run.clock.turn(13 * DAY);
  app = await demoApplication(run);
  const { id } = (await app.call("GET", `/v1/users/${signe}`)).json;
  t.same((await app.call("POST", interrupts(id))).json, due, "the days count from the first time");
  run.clock.turn(DAY);
  app = await demoApplication(run);
  const late = { interrupts: ["register-security-info"], skippable: [], skippableUntil: null };
  t.same((await app.call("POST", interrupts(id))).json, late);
  const token = (await signIn(run, signe, run.person("signe").password)).json.accessToken;
  t.equal((await run.call("GET", "/v1/me", { token })).status, 401, "and a sign-in here is good for that alone");

  await policy(run, { registration: { required: false, reconfirmDays: 0, skipDays: 14 } });
  t.same((await app.call("POST", interrupts(id))).json.interrupts, []);
  await policy(run, { registration: { required: true, reconfirmDays: 0, skipDays: 14 } });
  t.equal((await app.call("POST", interrupts(id))).json.skippable.length, 1, "asked for anew, the days begin anew");

  t.equal((await app.call("POST", interrupts("nobody@contoso.example"))).status, 404);
  t.equal((await run.call("POST", interrupts(signe))).status, 401);
  t.equal((await run.call("POST", interrupts(signe), { token })).status, 401, "a limited session is none");
});

t.test("seed 004: filled in beforehand, people sign in without an interruption", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  await policy(run, { methodsRequired: 2 });
  const password = "plum violin harbour 12";
  const body = {
    userPrincipalName: "new@contoso.example",
    password,
    methods: [
      { type: "email", value: "new@example.com" },
      { type: "mobilePhone", value: "+46701740605" },
    ],
  };
  t.equal((await app.call("POST", "/v1/users", { body })).status, 201);
  t.match((await signIn(run, body.userPrincipalName, password)).json, { next: "done", interrupts: [] });
  run.clock.turn(180 * DAY);
  t.match((await signIn(run, body.userPrincipalName, password)).json, { next: "interrupts", interrupts: ["confirm-security-info"] });
});

t.test("an administrator has somebody register anew; an application never an administrator", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const person = run.person("henrik");
  const path = (name: string) => `/v1/users/${name}/require-registration`;
  const before = (await signIn(run, person.userPrincipalName, person.password)).json.accessToken;
  t.equal((await app.call("POST", path(person.userPrincipalName))).status, 204);
  t.equal((await run.call("GET", "/v1/me", { token: before })).status, 200, "at the next sign-in");
  t.match((await signIn(run, person.userPrincipalName, person.password)).json, {
    next: "interrupts",
    interrupts: ["register-security-info"],
  });
  t.same((await app.call("POST", interrupts(person.userPrincipalName))).json.skippable, []);
  t.match(await app.call("POST", path(run.person("ylva").userPrincipalName)), { status: 403, json: { missing: ["target"] } });
  t.equal((await app.call("POST", path("nobody@contoso.example"))).status, 404);
  const { rows } = await run.connection.pool.query(
    "select type, actor->>'kind' as actor from audit_events where type like 'registration.%'",
  );
  t.same(rows, [{ type: "registration.require", actor: "app" }]);
});
