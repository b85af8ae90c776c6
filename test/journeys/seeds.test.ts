import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import t, { type Test } from "tap";
import { HOUR, MINUTE } from "../../src/kit/clock.ts";
import { demoApplication } from "../builders/application.ts";
import { rekeyJson } from "../cli/rekey-process.ts";
import { temporaryFolder } from "../database/temporary-folder.ts";
import { methodsOf, setPolicy, signedIn, withToken } from "../registration/signed-in.ts";
import { giveAuthenticator } from "../security/authenticator.ts";
import { CSV, importFile, NDJSON } from "../users/import-calls.ts";
import { type Answer, type StartedProduct, startProduct } from "./product.ts";
import { addressOf, proveByMessage, setPassword, signIn, startReset } from "./reset-steps.ts";

// What the seed documents tell, as it is here (issue 4, "Must show").

const NEW = "plommon fiol hamn tisdag";
const NEW_PHONE = "+46701740699";

t.test(
  "seed 002: a signed-in administrator who has forgotten the password corrects the number, signs out and resets at once",
  async (t) => {
    const run = await startProduct(t);
    const ylva = run.person("ylva");
    const email = addressOf(ylva, "email");
    const app = await giveAuthenticator(run, ylva.userPrincipalName);
    const first = await signIn(run, ylva.userPrincipalName, ylva.password);
    const session = withToken(run, first.json.token);
    await session.prove("email", email);
    // Signed in since this morning; the password is not known any more, and is typed nowhere below.
    run.clock.turn(5 * MINUTE + 1000);

    const phone = (await methodsOf(session)).find(({ type }) => type === "mobilePhone");
    const path = `/v1/me/methods/${phone?.id}`;
    const unproved = await session.call("PATCH", path, { value: NEW_PHONE });
    t.match(unproved, { status: 401, json: { code: "reauthentication-required", proofsNeeded: 2 } });
    await session.prove("email", email);
    const one = await session.call("PATCH", path, { value: NEW_PHONE });
    t.match(one, { status: 401, json: { code: "reauthentication-required", proofsNeeded: 1 } }, "an administrator proves twice");
    const asked = await session.call("POST", "/v1/sign-in/challenges", { method: "authenticatorApp" });
    const proved = await session.call("POST", `/v1/sign-in/challenges/${asked.json.challengeId}/verify`, { code: app.code() });
    session.token = proved.json.accessToken;
    const changed = await session.call("PATCH", path, { value: NEW_PHONE });
    t.equal(changed.status, 200, "without the old phone, and without the password");
    const verified = await session.call("POST", `${path}/verify`, { code: await session.codeTo(NEW_PHONE) });
    t.match(verified, { status: 200, json: { verified: true, usableForResetFrom: null } }, "others proved it: it counts at once");
    t.equal((await session.call("POST", "/v1/sign-out")).status, 204);
    t.equal((await run.call("GET", "/v1/me", { token: session.token })).status, 401);

    await resets(t, run, ylva.userPrincipalName, { email, phone: NEW_PHONE });
    const old = (await run.outbox()).filter(({ to, text }) => to === addressOf(ylva, "mobilePhone") && /#\d{8}/.test(text));
    t.strictSame(old, [], "no code ever went to the old number");
  },
);

t.test("seed 002: with an address and a number alone, both prove the change, and it counts at once", async (t) => {
  const run = await startProduct(t);
  const odd = run.person("odd");
  const session = await signedIn(run, "odd");
  run.clock.turn(6 * MINUTE);
  await session.prove("email", addressOf(odd, "email"));
  await session.prove("sms", addressOf(odd, "mobilePhone"));
  const phone = (await methodsOf(session)).find(({ type }) => type === "mobilePhone");
  t.equal((await session.call("PATCH", `/v1/me/methods/${phone?.id}`, { value: NEW_PHONE })).status, 200);
  const verified = await session.call("POST", `/v1/me/methods/${phone?.id}/verify`, { code: await session.codeTo(NEW_PHONE) });
  t.match(verified, { status: 200, json: { usableForResetFrom: null } });
  await session.call("POST", "/v1/sign-out");
  await resets(t, run, odd.userPrincipalName, { email: addressOf(odd, "email"), phone: NEW_PHONE });
});

/** By both, and signs in with what was set. */
async function resets(t: Test, run: StartedProduct, name: string, to: { email: string; phone: string }): Promise<void> {
  const reset = await startReset(run, name);
  t.match(await proveByMessage(run, reset, "email", to.email), { next: "challenge" }, name);
  t.match(await proveByMessage(run, reset, "sms", to.phone), { next: "password" }, name);
  t.equal((await setPassword(run, reset, NEW)).status, 204, name);
  t.equal((await signIn(run, name, NEW)).status, 200, name);
}

const FIRST = "sparv gungar bortom silver 41";
const HEADER = "userPrincipalName,displayName,usageLocation,mobile,authenticationEmail,password";

interface Person {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
}
const person = (local: string, index: number): Person => ({
  name: `${local}@contoso.example`,
  email: `${local}@private.example`,
  phone: `+4670174069${index}`,
});
const line = ({ name, email, phone }: Person) => `${name},Test Person,SE,${phone.replace("+46", "0")},${email},${FIRST}`;

/** How an administrator or an application fills it in beforehand. */
const WAYS: readonly (readonly [way: string, fillIn: (t: Test, run: StartedProduct, people: Person) => Promise<void>])[] = [
  [
    "the API, when they are created",
    async (_, run, { name, email, phone }) => {
      const methods = [
        { type: "email", value: email },
        { type: "mobilePhone", value: phone },
      ];
      const body = { userPrincipalName: name, password: FIRST, methods };
      answered(await (await demoApplication(run)).call("POST", "/v1/users", { body }), 201);
    },
  ],
  [
    "the API, later",
    async (_, run, { name, email, phone }) => {
      const app = await demoApplication(run);
      answered(await app.call("POST", "/v1/users", { body: { userPrincipalName: name, password: FIRST } }), 201);
      const methods = [
        { type: "email", value: email },
        { type: "mobilePhone", value: phone },
      ];
      answered(await app.call("PUT", `/v1/users/${name}/methods`, { body: { methods } }), 200);
    },
  ],
  [
    "a CSV file",
    async (t, run, people) => {
      const imported = await importFile(await demoApplication(run), `${HEADER}\r\n${line(people)}\r\n`, CSV);
      t.match(imported.json, { created: 1, failed: 0 });
    },
  ],
  [
    "an NDJSON file",
    async (t, run, { name, email, phone }) => {
      const row = { userPrincipalName: name, password: FIRST, mobile: phone, authenticationEmail: email };
      const imported = await importFile(await demoApplication(run), `${JSON.stringify(row)}\n`, NDJSON);
      t.match(imported.json, { created: 1, failed: 0 });
    },
  ],
  [
    "the command line",
    async (t, run, people) => {
      const path = join(await temporaryFolder(t), "people.csv");
      await writeFile(path, `${HEADER}\n${line(people)}\n`);
      const { clientId, clientSecret } = run.demo.app;
      const env = { REKEY_URL: run.baseUrl, REKEY_CLIENT_ID: clientId, REKEY_CLIENT_SECRET: clientSecret };
      t.match(await rekeyJson(t, ["users", "import", path], { env }), { created: 1, failed: 0 });
    },
  ],
];

function answered({ status, text }: Answer, wanted: number): void {
  if (status !== wanted) throw new Error(`${status}: ${text}`);
}

t.test("seed 004: nobody registers, and everybody can reset with two methods", async (t) => {
  const run = await startProduct(t);
  await setPolicy(run, { methodsRequired: 2 });
  for (const [index, [way, fillIn]] of WAYS.entries()) {
    const people = person(["anna", "bosse", "cilla", "disa", "edla"][index] ?? "", index);
    await fillIn(t, run, people);
    const signed = await signIn(run, people.name, FIRST);
    t.match(signed.json, { next: "done", interrupts: [] }, `${way}: no interruption`);
    run.clock.turn(HOUR);
    await resets(t, run, people.name, people);
    t.match((await signIn(run, people.name, NEW)).json, { next: "done", interrupts: [] }, `${way}: nor afterwards`);
    const kept = await (await demoApplication(run)).call("GET", `/v1/users/${people.name}/methods`);
    t.match(kept.json.methods, [{ source: "admin" }, { source: "admin" }], `${way}: registered nothing`);
    t.equal(kept.json.methods.length, 2, way);
  }
});
