import { generateSync } from "otplib/functional";
import t, { type Test } from "tap";
import { DAY, MINUTE } from "../../src/kit/clock.ts";
import { demoApplication } from "../builders/application.ts";
import { methodsOf, type SignedInPerson, withToken } from "../registration/signed-in.ts";
import { CSV, importFile } from "../users/import-calls.ts";
import { type StartedProduct, startProduct } from "./product.ts";
import { challenge, onEachState, proveByMessage, setPassword, signIn, startReset, verify } from "./reset-steps.ts";

// One person from the first day to the two hundredth, by the API (issue 4, "Must show"). The same life in a browser: whole-life-page.test.ts.

const NAME = "liv.ek@contoso.example";
const FIRST = "sparv gungar bortom silver 41";
const SECOND = "kastanjer under nio broar";
const THIRD = "plommon fiol hamn tisdag";
const PRIVATE = "liv@home.example";

onEachState(t, "the whole life of one person", async (t, state) => {
  const run = await startProduct(t, { state });
  await imported(run);
  const me = async (token: string) => (await run.call("GET", "/v1/me", { token })).status;

  const first = await signIn(run, NAME, FIRST);
  t.match(first.json, { next: "interrupts", interrupts: ["change-password", "register-security-info"], refreshToken: undefined });
  const liv = withToken(run, first.json.accessToken);
  t.equal(await me(liv.token), 401, "a temporary password opens nothing else");
  t.not((await liv.call("POST", "/v1/me/methods", { type: "email", value: PRIVATE })).status, 201, "no registration before the change");
  t.equal((await liv.call("POST", "/v1/me/password", { currentPassword: FIRST, newPassword: SECOND })).status, 204, "must change");
  t.equal((await signIn(run, NAME, FIRST)).status, 401, "the temporary password is spent");
  t.equal(await me(liv.token), 401, "must register two methods");
  t.match((await liv.call("GET", "/v1/me/security-info")).json, { registered: false, required: 2, interrupts: ["register-security-info"] });
  await liv.register("email", PRIVATE);
  t.equal(await me(liv.token), 401, "one is not enough");
  const app = await registerApp(run, liv);
  t.equal(await me(liv.token), 200, "two are, and the session is good for everything");
  t.match((await liv.call("GET", "/v1/me/security-info")).json, { registered: true, interrupts: [] });
  t.strictSame(
    (await methodsOf(liv)).map(({ type, usableForResetFrom }) => [type, usableForResetFrom]).sort(),
    [
      ["authenticatorApp", null],
      ["email", null],
    ],
    "a first registration waits for nothing",
  );
  t.equal((await liv.call("POST", "/v1/sign-out")).status, 204);
  t.equal(await me(liv.token), 401, "signed out");

  await forgets(t, run, app);
  t.equal((await signIn(run, NAME, SECOND)).status, 401, "the forgotten one is gone");

  // What was begun in the moment of the reset is void.
  run.clock.turn(MINUTE);
  const day = await withSecondStep(run, app);
  t.match(day, { next: "done", interrupts: [] });
  t.equal(await me(day.accessToken), 200);

  run.clock.turn(179 * DAY);
  t.match(await withSecondStep(run, app), { next: "done", interrupts: [] }, "not yet");
  run.clock.turn(2 * DAY);
  const later = await withSecondStep(run, app);
  t.match(later, { next: "interrupts", interrupts: ["confirm-security-info"] }, "is it still right?");
  const again = withToken(run, later.accessToken);
  t.equal((await again.call("POST", "/v1/me/security-info/confirm")).status, 204);
  t.strictSame((await again.call("GET", "/v1/me/security-info")).json.interrupts, []);
  run.clock.turn(MINUTE);
  t.match(await withSecondStep(run, app), { next: "done", interrupts: [] }, "it is, and nobody asks again");
});

/** Without contact data, with a temporary password, in a tenant that asks for two proofs and lets nobody put it off. */
async function imported(run: StartedProduct): Promise<void> {
  const app = await demoApplication(run);
  const { json, headers } = await app.call("GET", "/v1/policy");
  const body = { methodsRequired: 2, registration: { ...json.registration, skipDays: 0 } };
  const changed = await app.call("PATCH", "/v1/policy", { body, headers: { "if-match": headers.get("etag") ?? "" } });
  if (changed.status !== 200) throw new Error(`policy: ${changed.text}`);
  await importFile(app, `userPrincipalName,displayName,usageLocation,password\r\n${NAME},Liv Ek,SE,${FIRST}\r\n`, CSV);
  await run.connection.pool.query(
    "update passwords set temporary = true, must_change = true where user_id = (select id from users where upn_key = $1)",
    [NAME],
  );
}

type App = () => string;

/** Answers what the app shows. A code is good once, so the clock is turned to the next one first. */
async function registerApp(run: StartedProduct, liv: SignedInPerson): Promise<App> {
  const { id, secret } = (await liv.call("POST", "/v1/me/methods", { type: "authenticatorApp" })).json;
  const app = () => {
    run.clock.turn(MINUTE);
    return generateSync({ strategy: "totp", secret, epoch: Math.floor(run.clock.now() / 1000) });
  };
  const verified = await liv.call("POST", `/v1/me/methods/${id}/verify`, { code: app() });
  if (verified.status !== 200) throw new Error(`the app: ${verified.text}`);
  return app;
}

async function forgets(t: Test, run: StartedProduct, app: App): Promise<void> {
  const reset = await startReset(run, NAME);
  t.match(await proveByMessage(run, reset, "email", PRIVATE), { next: "challenge" }, "one proof is not enough");
  const asked = await challenge(run, reset, "authenticatorApp");
  t.match((await verify(run, reset, asked.json.challengeId, app())).json, { next: "password" });
  t.equal((await setPassword(run, reset, THIRD)).status, 204);
}

/** With the new password, and the app beside it: whoever has one is always asked. */
async function withSecondStep(run: StartedProduct, app: App) {
  const { json } = await signIn(run, NAME, THIRD);
  if (json.next !== "second-step") throw new Error(`no second step: ${JSON.stringify(json)}`);
  const asked = await run.call("POST", "/v1/sign-in/challenges", { token: json.token, body: { method: "authenticatorApp" } });
  const path = `/v1/sign-in/challenges/${asked.json.challengeId}/verify`;
  return (await run.call("POST", path, { token: json.token, body: { code: app() } })).json;
}
