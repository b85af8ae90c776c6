import t from "tap";
import { renderSVG } from "uqr";
import { totpUri } from "../../src/methods/totp-code.ts";
import { createSendRegistrationCode, type SendRegistrationCodeDeps } from "../../src/registration/send-registration-code.worker.ts";
import { LIMITS } from "../../src/throttle/limits.ts";
import { createMemoryThrottleStore } from "../../src/throttle/throttle-store.memory.ts";
import { accountOf } from "../builders/account.ts";
import { startProduct } from "../journeys/product.ts";
import { createFormClient } from "../pages/form-client.ts";
import { methodsOf, signedIn, withToken } from "./signed-in.ts";

const EMAIL = "signe@private.example";
const PHONE = "+46701740699";

t.test("a new name and a refused value: neither is taken", async (t) => {
  const run = await startProduct(t);
  const henrik = await signedIn(run, "henrik");
  const [email = "", phone = ""] = run.person("henrik").contacts.map(({ value }) => value);
  await henrik.prove("email", email);
  const own = (await methodsOf(henrik)).find(({ type }) => type === "email");
  const second = await henrik.register("email", EMAIL);
  const codes = (await henrik.call("POST", "/v1/me/methods", { type: "recoveryCodes" })).json.id;
  for (const [id, value, status] of [
    [own?.id, "not an address", 400],
    [own?.id, EMAIL, 409],
    [codes, phone, 409],
  ] as const)
    t.equal((await henrik.call("PATCH", `/v1/me/methods/${id}`, { name: "renamed", value })).status, status);
  t.strictSame(
    (await henrik.call("GET", "/v1/me/security-info")).json.methods.map(({ name }: { name: unknown }) => name),
    [null, null, null, null],
  );
  const both = await henrik.call("PATCH", `/v1/me/methods/${second}`, { name: "renamed", value: "third@private.example" });
  t.match([both.status, both.json], [200, { name: "renamed", pendingHint: String }]);
});

t.test("an app in an organisation with a very long name: the QR code still fits", async (t) => {
  const run = await startProduct(t);
  await run.connection.pool.query("update tenants set name = $1", ["Ånge: ".repeat(400)]);
  const henrik = await signedIn(run, "henrik");
  await henrik.prove("email", run.person("henrik").contacts[0]?.value ?? "");
  const { status, json } = await henrik.call("POST", "/v1/me/methods", { type: "authenticatorApp" });
  t.equal(status, 201);
  t.match(json.qrSvg, /^<svg/);
  t.match(json.uri, new RegExp(`secret=${json.secret}`));
  const longest = totpUri(json.secret, "\u{1F600}".repeat(1000), "\u{1F600}".repeat(1000));
  t.match(renderSVG(longest, { ecc: "M" }), /^<svg/);
  t.match(new URL(longest).searchParams.get("issuer"), /^\u{1F600}+$/u, "no character is cut in two");
});

t.test("the page for changing a value, of what has none: back to the list", async (t) => {
  const run = await startProduct(t);
  const { userPrincipalName, password, contacts } = run.person("henrik");
  const client = createFormClient(run);
  await client.get("/sign-in");
  await client.submit("/sign-in", { userPrincipalName, password });
  const henrik = withToken(run, client.cookies.get("__Host-rekey-session") ?? "");
  await henrik.prove("email", contacts[0]?.value ?? "");
  const { id } = (await henrik.call("POST", "/v1/me/methods", { type: "recoveryCodes" })).json;
  const shown = await client.get(`/security-info/change/${id}`);
  t.strictSame([shown.status, shown.headers.get("location")], [303, "/security-info"]);
  await client.get("/security-info");
  for (const value of ["", "new@private.example"]) {
    const posted = await client.post(`/security-info/change/${id}`, { value });
    t.strictSame([posted.status, posted.headers.get("location")], [303, "/security-info"]);
    await client.get("/security-info");
  }
});

t.test("codes of registration draw on the day's budget of whoever is signed in", async (t) => {
  const taken: string[] = [];
  const store = createMemoryThrottleStore();
  const throttle: typeof store = {
    ...store,
    take(key, ...rest) {
      taken.push(key.replace(/:tag$/, ""));
      return store.take(key, ...rest);
    },
  };
  const account = accountOf();
  const sendTo = (type: "mobilePhone" | "officePhone", deliverable: "sms" | "officePhone") => {
    const pending = {
      userId: account.id,
      type,
      value: PHONE,
      expiresAt: 1,
      challenge: { purpose: "registration", flowId: "m", challengeId: type },
    };
    const deps = { readPending: async () => pending, accounts: { findById: async () => account }, throttle, clock: { now: () => 0 } };
    const sealer = {
      tag: () => "tag",
      unseal: () => {
        throw new Error("as far as is looked at");
      },
    };
    const all = { ...deps, sealer, limits: LIMITS, deliverable: new Set([deliverable]) } as unknown as SendRegistrationCodeDeps;
    const job = { task: "send-registration-code", userId: account.id, methodId: "m", challengeId: "c", originId: "o", origin: "" } as const;
    return createSendRegistrationCode(all)(job, 1).catch(() => undefined);
  };
  await sendTo("mobilePhone", "sms");
  await sendTo("officePhone", "officePhone");
  const each = ["sends:registration", "sends:prefix:registration"];
  t.strictSame(taken, [...each, "sends:sms:signed-in", ...each, "sends:calls:signed-in"]);
});
