import t from "tap";
import { MINUTE } from "../../src/kit/clock.ts";
import { demoApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { addressOf, signIn } from "../journeys/reset-steps.ts";
import { createFormClient, type FormClient } from "../pages/form-client.ts";
import { methodsOf, setPolicy, signedIn, withToken } from "../registration/signed-in.ts";

// What a stolen cookie of the pages opens (issue 4, "Must show"). A stolen access token beside it: registration-attacked.test.ts.

const SESSION = "__Host-rekey-session";
const THIEF = "thief@private.example";
const GUESS = "plommon fiol hamn tisdag";

/** Signs in on the page, where no second step is due. */
async function inBrowser(run: StartedProduct, userPrincipalName: string, password: string): Promise<FormClient> {
  const client = createFormClient(run);
  await client.get("/sign-in");
  const shown = await client.submit("/sign-in", { userPrincipalName, password });
  if (shown.status !== 200 || !client.cookies.has(SESSION)) throw new Error(`not signed in: ${shown.status}`);
  return client;
}

/** Another browser with the session's cookie, and nothing else of the owner's. */
async function stolenFrom(run: StartedProduct, owner: FormClient): Promise<FormClient> {
  const thief = createFormClient(run);
  await thief.get("/sign-in");
  thief.cookies.set(SESSION, owner.cookies.get(SESSION) ?? "");
  await thief.get("/security-info");
  return thief;
}

const rowsOf = async (run: StartedProduct) =>
  JSON.stringify((await run.connection.pool.query("select to_jsonb(m) as row from authentication_methods m order by id")).rows);
const sentToThief = async (run: StartedProduct) => (await run.outbox()).filter(({ to }) => to === THIEF);

/** Every form that adds, changes or removes, and the pages that they stand on. */
function acts(methodIds: readonly string[]): readonly (readonly [path: string, fields: Record<string, string>])[] {
  const answers = Object.fromEntries(
    [0, 1, 2, 3, 4].flatMap((n) => [[`question${n}`, `q${n}`] as const, [`answer${n}`, `answer ${n}`] as const]),
  );
  return [
    ["/security-info/add/email", { value: THIEF }],
    ["/security-info/add/mobilePhone", { value: "+46701740699" }],
    ["/security-info/add/officePhone", { value: "+46701740699" }],
    ["/security-info/add/authenticatorApp", {}],
    ["/security-info/add/recoveryCodes", {}],
    ["/security-info/add/securityQuestions", answers],
    ...methodIds.flatMap((id) => [
      [`/security-info/change/${id}`, { value: THIEF }] as const,
      [`/security-info/remove/${id}`, {}] as const,
    ]),
  ];
}

t.test("a stolen cookie adds, changes and removes nothing: every form leads to a proof", async (t) => {
  const run = await startProduct(t);
  await setPolicy(run, { methods: ["email", "sms", "voice", "authenticatorApp", "recoveryCode", "securityQuestions"] });
  const henrik = run.person("henrik");
  const owner = await inBrowser(run, henrik.userPrincipalName, henrik.password);
  const session = withToken(run, owner.cookies.get(SESSION) ?? "");
  const ids = (await methodsOf(session)).map(({ id }) => id);
  const before = await rowsOf(run);
  const tryAll = async (what: string) => {
    const thief = await stolenFrom(run, owner);
    for (const [path, fields] of acts(ids)) {
      for (const shown of [await thief.get(path), await thief.post(path, fields)]) {
        t.strictSame([shown.status, shown.headers.get("location")], [303, "/sign-in/proof"], `${what}: ${path}`);
        t.equal(shown.html, "", "and shows nothing on the way");
      }
      await thief.get("/security-info");
    }
    await run.settled();
    t.equal(await rowsOf(run), before, what);
    t.strictSame(await sentToThief(run), [], what);
  };
  await tryAll("the password alone");
  await session.prove("email", addressOf(henrik, "email"));
  run.clock.turn(5 * MINUTE + 1000);
  await tryAll("a proof that is no longer fresh");

  const thief = await stolenFrom(run, owner);
  const { html } = await thief.get("/security-info");
  for (const { value } of henrik.contacts) t.notMatch(html, value, "the list is masked");
  t.match((await thief.get("/security-info/add/email")).headers.get("location"), "/sign-in/proof");
  const proof = await thief.get("/sign-in/proof");
  t.equal(proof.status, 200);
  for (const { value } of henrik.contacts) t.notMatch(proof.html, value, "and so are the ways to prove");
});

t.test("a code to what an administrator filled in is not sent for a cookie alone", async (t) => {
  const run = await startProduct(t);
  const userPrincipalName = "imported@contoso.example";
  const methods = [{ type: "email", value: "imported@private.example" }];
  await (await demoApplication(run)).call("POST", "/v1/users", { body: { userPrincipalName, password: GUESS, methods } });
  const thief = await stolenFrom(run, await inBrowser(run, userPrincipalName, GUESS));
  const [method] = await methodsOf(withToken(run, thief.cookies.get(SESSION) ?? ""));
  const shown = await thief.post(`/security-info/resend/${method?.id}`, {});
  t.strictSame([shown.status, shown.headers.get("location")], [303, "/sign-in/proof"]);
  await run.settled();
  t.strictSame(await run.outbox(), []);
});

t.test("neither a stolen cookie nor its token changes the password", async (t) => {
  const run = await startProduct(t);
  const { userPrincipalName, password } = run.person("henrik");
  const owner = await inBrowser(run, userPrincipalName, password);
  const thief = await stolenFrom(run, owner);
  const passwords = async () => JSON.stringify((await run.connection.pool.query("select * from passwords order by 1")).rows);
  const before = await passwords();
  for (const currentPassword of ["", GUESS, "not this one"]) {
    const page = await thief.get("/change-password");
    t.equal(page.status, 200);
    const shown = await thief.post("/change-password", { currentPassword, newPassword: GUESS, confirmPassword: GUESS });
    t.strictSame([shown.status, shown.headers.get("location")], [303, "/change-password"], "back to the form");
  }
  const token = thief.cookies.get(SESSION) ?? "";
  for (const body of [{ newPassword: GUESS }, { currentPassword: GUESS, newPassword: GUESS }]) {
    const refused = await run.call("POST", "/v1/me/password", { token, body });
    t.ok([400, 401].includes(refused.status), refused.text);
  }
  t.equal(await passwords(), before);
  t.equal((await owner.get("/security-info")).status, 200, "the owner's session lives on");
  t.equal((await signIn(run, userPrincipalName, password)).status, 200);
});

t.test("a stolen cookie lifts no freeze; only two fresh proofs of different kinds do", async (t) => {
  const run = await startProduct(t);
  const henrik = run.person("henrik");
  await run.connection.pool.query("update users set recovery_frozen_at = now() where upn_key = $1", [henrik.userPrincipalName]);
  const frozen = async () =>
    (await run.connection.pool.query("select recovery_frozen_at from users where upn_key = $1", [henrik.userPrincipalName])).rows[0]
      .recovery_frozen_at !== null;
  const owner = await inBrowser(run, henrik.userPrincipalName, henrik.password);
  const session = withToken(run, owner.cookies.get(SESSION) ?? "");
  const tryBoth = async (what: string, wanted: boolean) => {
    const thief = await stolenFrom(run, owner);
    await thief.post("/security-info/confirm", {});
    await thief.post("/security-info/later", {});
    t.equal(await frozen(), wanted, `${what}: by the page`);
    await session.call("POST", "/v1/me/security-info/confirm");
    t.equal(await frozen(), wanted, `${what}: by the API`);
  };
  await tryBoth("the password alone", true);
  await session.prove("email", addressOf(henrik, "email"));
  await tryBoth("a mailbox beside it", true);
  run.clock.turn(5 * MINUTE + 1000);
  await session.prove("sms", addressOf(henrik, "mobilePhone"));
  await tryBoth("two proofs, of which one is not fresh", true);
  await session.prove("email", addressOf(henrik, "email"));
  await tryBoth("both", false);
});

t.test("a cookie of a session that has ended opens nothing, and nothing else is taken for one", async (t) => {
  const run = await startProduct(t);
  const { userPrincipalName, password } = run.person("henrik");
  const owner = await inBrowser(run, userPrincipalName, password);
  const thief = await stolenFrom(run, owner);
  const [method] = await methodsOf(await signedIn(run, "henrik"));
  const stolen = thief.cookies.get(SESSION) ?? "";
  t.equal((await owner.post("/sign-out", {})).status, 303);
  const [header = "", , signature = ""] = stolen.split(".");
  const claims = Buffer.from(stolen.split(".")[1] ?? "", "base64url").toString();
  const forged = `${header}.${Buffer.from(claims.replace('"user"', '"app"')).toString("base64url")}.${signature}`;
  for (const value of [stolen, forged, await run.appToken(), "nonsense", ""]) {
    for (const [path, fields] of acts([method?.id ?? ""])) {
      thief.cookies.set(SESSION, value);
      const shown = await thief.post(path, fields);
      t.strictSame([shown.status, shown.headers.get("location")], [303, "/sign-in"], `${path} with ${value.slice(0, 12)}`);
    }
    thief.cookies.set(SESSION, value);
    const change = { currentPassword: password, newPassword: GUESS, confirmPassword: GUESS };
    t.equal((await thief.post("/change-password", change)).headers.get("location"), "/sign-in");
    thief.cookies.set(SESSION, value);
    t.equal((await thief.get("/security-info")).headers.get("location"), "/sign-in");
  }
  t.equal((await signIn(run, userPrincipalName, password)).status, 200, "the password is what it was");
});
