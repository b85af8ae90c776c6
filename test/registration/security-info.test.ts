import { generateSync } from "otplib/functional";
import t from "tap";
import { DAY, MINUTE } from "../../src/kit/clock.ts";
import { startProduct } from "../journeys/product.ts";
import { message, methodsOf, setPolicy, signedIn } from "./signed-in.ts";

const EMAIL = "signe@private.example";
const PHONE = "+46701740699";

t.test("the first registration: with the password alone, and it counts at once", async (t) => {
  const run = await startProduct(t);
  const signe = await signedIn(run, "signe");
  const before = (await signe.call("GET", "/v1/me/security-info")).json;
  t.strictSame([before.registered, before.required, before.methods], [false, 1, []]);

  const added = await signe.call("POST", "/v1/me/methods", { type: "email", value: EMAIL });
  t.equal(added.status, 201);
  t.ok(Date.parse(added.json.expiresAt) > run.clock.now());
  t.equal((await signe.call("GET", "/v1/me/security-info")).json.registered, false, "nothing counts before it is verified");
  const wrong = await signe.call("POST", `/v1/me/methods/${added.json.id}/verify`, { code: "00000000" });
  t.strictSame([wrong.status, wrong.json.code], [422, "code-rejected"]);
  const verified = await signe.call("POST", `/v1/me/methods/${added.json.id}/verify`, { code: await signe.codeTo(EMAIL) });
  t.equal(verified.status, 200);
  t.match(verified.json, { verified: true, hint: "s•••••@p•••••.example", usableForResetFrom: null, source: "user" });
  const after = (await signe.call("GET", "/v1/me/security-info")).json;
  t.equal(after.registered, true);
  t.equal(after.methods[0].value, EMAIL, "in full: the verified method is a fresh proof of this session");
  t.strictSame(after.interrupts, []);

  const id = await signe.register("mobilePhone", PHONE);
  const phone = (await methodsOf(signe)).find((method) => method.id === id);
  t.match(phone, { value: PHONE, verified: true, usableForResetFrom: null }, "and lets the next one in without waiting");
});

t.test("a new value is pending until its code comes, and the old one keeps working", async (t) => {
  const run = await startProduct(t);
  const henrik = await signedIn(run, "henrik");
  const email = run.person("henrik").contacts.find(({ type }) => type === "email")?.value ?? "";
  const phone = run.person("henrik").contacts.find(({ type }) => type === "mobilePhone")?.value ?? "";
  const masked = await methodsOf(henrik);
  t.equal(
    masked.some(({ value }) => value !== undefined),
    false,
    "without a fresh proof nothing is shown in full",
  );
  await henrik.prove("email", email);
  const own = (await methodsOf(henrik)).find(({ type }) => type === "mobilePhone");
  t.equal(own?.value, phone);

  const changed = await henrik.call("PATCH", `/v1/me/methods/${own?.id}`, { value: PHONE, name: "the new one" });
  t.equal(changed.status, 200);
  t.match(changed.json, { value: phone, pendingHint: "+46 ••••••••99", name: "the new one", challengeId: String });
  const verified = await henrik.call("POST", `/v1/me/methods/${own?.id}/verify`, { code: await henrik.codeTo(PHONE) });
  t.equal(verified.status, 200);
  t.match(verified.json, { value: PHONE, pendingHint: null, usableForResetFrom: null });

  await run.settled();
  const told = (await run.outbox()).filter(({ subject, text }) => /security info was changed/.test(`${subject} ${text}`));
  t.strictSame(told.map(({ to }) => to).sort(), [phone, email].sort(), "the others and the old one, not the new one");
  t.match(told.find(({ to }) => to === email)?.text, "/l/");
  t.notMatch(told.find(({ to }) => to === phone)?.text, "/l/", "no link to an address that is no longer the person's");
});

t.test("limits, duplicates, and what may not be removed", async (t) => {
  const run = await startProduct(t);
  await setPolicy(run, { methodsRequired: 2 });
  const henrik = await signedIn(run, "henrik");
  const [email = "", phone = ""] = run.person("henrik").contacts.map(({ value }) => value);
  await henrik.prove("email", email);
  const twin = await henrik.call("POST", "/v1/me/methods", { type: "officePhone", value: phone });
  t.strictSame([twin.status, twin.json.code, twin.json.reason], [409, "conflict", "already-registered"]);
  await henrik.add("email", "second@private.example");
  await henrik.add("email", "third@private.example");
  const many = await henrik.call("POST", "/v1/me/methods", { type: "email", value: "fourth@private.example" });
  t.strictSame([many.status, many.json.reason], [409, "too-many-methods"]);
  const faulty = await henrik.call("POST", "/v1/me/methods", { type: "mobilePhone", value: "12" });
  t.strictSame([faulty.status, faulty.json.errors[0].field], [400, "/value"]);

  const methods = await methodsOf(henrik);
  const idOf = (type: string) => methods.find((method) => method.type === type && method.verified)?.id;
  const held = await henrik.call("DELETE", `/v1/me/methods/${idOf("mobilePhone")}`);
  t.strictSame([held.status, held.json.reason], [409, "below-minimum"]);
  await setPolicy(run, { methodsRequired: 1 });
  t.equal((await henrik.call("DELETE", `/v1/me/methods/${idOf("mobilePhone")}`)).status, 204);
  t.equal((await henrik.call("DELETE", `/v1/me/methods/${idOf("email")}`)).json.reason, "below-minimum", "the last one stays");

  run.clock.turn(DAY + MINUTE);
  const { forgetOldRegistrations } = await import("../../src/registration/old-registrations.pg.ts");
  t.equal(await forgetOldRegistrations(run.connection.db, run.clock.now(), 10), 2, "what was never verified is forgotten after a day");
});

t.test("an authenticator app: a secret shown once, a QR code, and a code that is spent", async (t) => {
  const run = await startProduct(t);
  const henrik = await signedIn(run, "henrik");
  await henrik.prove("email", run.person("henrik").contacts[0]?.value ?? "");
  const { status, json } = await henrik.call("POST", "/v1/me/methods", { type: "authenticatorApp" });
  t.equal(status, 201);
  t.match(json.secret, /^[A-Z2-7]{32}$/);
  t.match(json.uri, /^otpauth:\/\/totp\/Contoso%20Demo:henrik\.dahl/);
  t.match(json.qrSvg, /^<svg/);
  const code = generateSync({ strategy: "totp", secret: json.secret, epoch: Math.floor(run.clock.now() / 1000) });
  t.equal((await henrik.call("POST", `/v1/me/methods/${json.id}/resend`)).json.reason, "nothing-to-verify");
  t.equal((await henrik.call("POST", `/v1/me/methods/${json.id}/verify`, { code })).status, 200);
  t.equal((await henrik.call("POST", `/v1/me/methods/${json.id}/verify`, { code })).json.code, "code-rejected");
  const app = (await methodsOf(henrik)).find(({ type }) => type === "authenticatorApp");
  t.match(app, { verified: true, usableForResetFrom: null });
  t.equal(JSON.stringify(await methodsOf(henrik)).includes(json.secret), false);
  const { rows } = await run.connection.pool.query("select last_step from authentication_methods where id = $1", [json.id]);
  t.equal(Number(rows[0].last_step), Math.floor(run.clock.now() / 30_000), "its step is spent like any");
});

t.test("resend: a wait, a new code, and the old one void", async (t) => {
  const run = await startProduct(t);
  const signe = await signedIn(run, "signe");
  const id = await signe.add("email", EMAIL);
  const first = await signe.codeTo(EMAIL);
  const early = await signe.call("POST", `/v1/me/methods/${id}/resend`);
  t.strictSame([early.status, early.headers.has("retry-after")], [429, true]);
  run.clock.turn(MINUTE);
  const resent = await signe.call("POST", `/v1/me/methods/${id}/resend`);
  t.equal(resent.status, 202);
  t.ok(Date.parse(resent.json.resendAfter) > run.clock.now());
  const second = await signe.codeTo(EMAIL);
  t.equal((await signe.call("POST", `/v1/me/methods/${id}/verify`, { code: first })).status, 422);
  t.equal((await signe.call("POST", `/v1/me/methods/${id}/verify`, { code: second })).status, 200);
});

t.test("'this was not me' ends sessions and freezes resets; two proofs of different kinds lift it", async (t) => {
  const run = await startProduct(t);
  const henrik = await signedIn(run, "henrik");
  const [email = "", phone = ""] = run.person("henrik").contacts.map(({ value }) => value);
  await henrik.prove("email", email);
  // Of two alike the older one is asked first.
  run.clock.turn(MINUTE);
  await henrik.register("email", "second@private.example");
  const told = await message(run, ({ to, text }) => to === email && text.includes("/l/"));
  const link = /https?:\S+\/l\/(\S+)/.exec(told.text)?.[1] ?? "";
  const opened = await run.call("GET", `/l/${link}`);
  t.strictSame([opened.status, opened.headers.get("location")], [303, "/not-me/security-info"]);
  const cookie = (opened.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const page = await run.call("GET", "/not-me/security-info", { headers: { cookie } });
  t.equal(page.status, 200);
  t.equal((await henrik.call("GET", "/v1/me")).status, 200, "reading changes nothing");
  const csrf = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
  const cookies = [cookie, ...page.headers.getSetCookie().map((each) => each.split(";")[0])].join("; ");
  const said = await run.call("POST", "/not-me/security-info", {
    headers: { cookie: cookies, "content-type": "application/x-www-form-urlencoded", origin: run.config.publicUrl },
    body: new URLSearchParams({ _csrf: csrf }).toString(),
  });
  t.equal(said.status, 303);
  t.equal((await henrik.call("GET", "/v1/me")).status, 401, "the session is over");
  const frozen = async () =>
    (await run.connection.pool.query("select recovery_frozen_at from users where upn_key = 'henrik.dahl@contoso.example'")).rows[0]
      .recovery_frozen_at !== null;
  t.equal(await frozen(), true);

  const again = await signedIn(run, "henrik");
  t.equal((await again.call("POST", "/v1/me/security-info/confirm")).status, 204);
  t.equal(await frozen(), true, "the password alone lifts nothing");
  await again.prove("email", email);
  await again.call("POST", "/v1/me/security-info/confirm");
  t.equal(await frozen(), true, "nor does one proof");
  await again.prove("sms", phone);
  await again.call("POST", "/v1/me/security-info/confirm");
  t.equal(await frozen(), false);
});

t.test("an administrator with too little is let in to register, and to all else once that is done", async (t) => {
  const run = await startProduct(t);
  await run.connection.pool.query(
    "delete from authentication_methods m using users u where u.id = m.user_id and u.upn_key like 'odd.%' and m.type <> 'email'",
  );
  const odd = await signedIn(run, "odd");
  const info = (await odd.call("GET", "/v1/me/security-info")).json;
  t.match(info, { registered: false, required: 2, interrupts: ["register-security-info"] });
  await odd.prove("email", run.person("odd").contacts[0]?.value ?? "");
  const limited = (await odd.call("GET", "/v1/me")).status;
  t.equal(limited, 401, "good for registration alone");
  await odd.register("mobilePhone", PHONE);
  t.equal((await odd.call("GET", "/v1/me")).status, 200, "the same token is good for everything");
  t.match((await odd.call("GET", "/v1/me/security-info")).json, { registered: true, interrupts: [] });
});

t.test("an administrator may ask for the contact data anew; confirming and reconfirming move the day", async (t) => {
  const run = await startProduct(t);
  await run.connection.pool.query("update users set must_register = true where upn_key like 'henrik%'");
  const henrik = await signedIn(run, "henrik");
  const due = async () => (await henrik.call("GET", "/v1/me/security-info")).json.interrupts;
  t.strictSame(await due(), ["register-security-info"]);
  await henrik.call("POST", "/v1/me/security-info/confirm");
  t.strictSame(await due(), ["register-security-info"], "a session alone does not settle it");
  await henrik.prove("email", run.person("henrik").contacts[0]?.value ?? "");
  await henrik.call("POST", "/v1/me/security-info/confirm");
  t.strictSame(await due(), []);
  const { confirmBy } = (await henrik.call("GET", "/v1/me/security-info")).json;
  t.equal(Date.parse(confirmBy), run.clock.now() + 180 * DAY);
});

t.test("what an administrator filled in: its first code needs a fresh proof, and then it is verified", async (t) => {
  const run = await startProduct(t);
  await run.connection.pool.query(
    "update authentication_methods m set verified_at = null, source = 'admin' from users u where u.id = m.user_id and u.upn_key like 'henrik%' and m.type = 'mobilePhone'",
  );
  const henrik = await signedIn(run, "henrik");
  const [email = "", phone = ""] = run.person("henrik").contacts.map(({ value }) => value);
  const own = (await methodsOf(henrik)).find(({ type }) => type === "mobilePhone");
  t.equal((await henrik.call("POST", `/v1/me/methods/${own?.id}/resend`)).status, 401);
  await henrik.prove("email", email);
  t.equal((await henrik.call("POST", `/v1/me/methods/${own?.id}/resend`)).status, 202);
  const verified = await henrik.call("POST", `/v1/me/methods/${own?.id}/verify`, { code: await henrik.codeTo(phone) });
  t.match(verified.json, { verified: true, source: "admin", usableForResetFrom: null });
});

t.test("every act is on the record, with how it was proved, and without a value", async (t) => {
  const run = await startProduct(t);
  const henrik = await signedIn(run, "henrik");
  const email = run.person("henrik").contacts[0]?.value ?? "";
  await henrik.prove("email", email);
  const id = await henrik.register("email", EMAIL);
  await henrik.call("PATCH", `/v1/me/methods/${id}`, { name: "at home" });
  await henrik.call("PATCH", `/v1/me/methods/${id}`, { value: "third@private.example" });
  await henrik.call("POST", `/v1/me/methods/${id}/verify`, { code: await henrik.codeTo("third@private.example") });
  await henrik.call("DELETE", `/v1/me/methods/${id}`);
  const { rows } = await run.connection.pool.query("select type, details from audit_events where type like 'method.%' order by at, type");
  t.strictSame(rows.map(({ type }) => type).sort(), ["method.add", "method.change", "method.remove", "method.rename", "method.verify"]);
  const added = rows.find(({ type }) => type === "method.add");
  t.strictSame(added.details, { method: "email", methodId: id, provedBy: ["email"] });
  t.equal(/private\.example/.test(JSON.stringify(rows)), false);
});
