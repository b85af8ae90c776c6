import t from "tap";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import {
  addressOf,
  challenge,
  codeIn,
  messageTo,
  onEachState,
  proveByMessage,
  type Reset,
  setPassword,
  signIn,
  startReset,
  verify,
} from "../journeys/reset-steps.ts";
import { giveMethod, userId } from "./another-person.ts";
import { type Authenticator, giveAuthenticator } from "./authenticator.ts";
import { password } from "./proved-reset.ts";

const METHODS = ["email", "sms", "authenticatorApp"] as const;

async function prove(run: StartedProduct, reset: Reset, method: (typeof METHODS)[number], app: Authenticator) {
  const admin = run.person("ylva");
  if (method !== "authenticatorApp")
    return proveByMessage(run, reset, method, addressOf(admin, method === "email" ? "email" : "mobilePhone"));
  const asked = await challenge(run, reset, method);
  return (await verify(run, reset, asked.json.challengeId, app.code())).json;
}

onEachState(t, "C07 C01: no single method opens an administrator's reset, and every pair of two does", async (t, state) => {
  const run = await startProduct(t, { state });
  const admin = run.person("ylva");
  const app = await giveAuthenticator(run, admin.userPrincipalName);
  // Whatever is stored, one gate is not enough (K07).
  await run.connection.pool.query(
    `update tenants set policy = policy || '{"methodsRequired":1}', administrator_policy = administrator_policy || '{"methodsRequired":1}'`,
  );
  for (const first of METHODS)
    for (const second of METHODS) {
      run.clock.turn(61_000);
      const reset = await startReset(run, admin.userPrincipalName);
      t.match(await prove(run, reset, first, app), { next: "challenge", methods: { length: 2 } }, `${first} is one of two gates`);
      t.equal((await setPassword(run, reset, password(1))).json.code, "gates-not-passed");
      run.clock.turn(61_000);
      const next = await prove(run, reset, second, app);
      t.equal(next.next, first === second ? "challenge" : "password", `${first}, then ${second}`);
      if (first === second) t.equal((await setPassword(run, reset, password(1))).json.code, "gates-not-passed");
    }
  t.equal((await signIn(run, admin.userPrincipalName, admin.password)).status, 200, "nothing was changed");
});

t.test("C07: two addresses, or two phones, are one method", async (t) => {
  const run = await startProduct(t);
  const admin = run.person("ylva");
  const values = { email: "second@private.example", mobilePhone: "+46701740699" } as const;
  for (const [method, type] of [
    ["email", "email"],
    ["sms", "mobilePhone"],
  ] as const) {
    const second = await giveMethod(run, await userId(run, admin.userPrincipalName), type, values[type]);
    const reset = await startReset(run, admin.userPrincipalName);
    await proveByMessage(run, reset, method, addressOf(admin, type));
    run.clock.turn(61_000);
    const asked = await challenge(run, reset, method, second);
    const next = await verify(run, reset, asked.json.challengeId, codeIn(await messageTo(run, values[type])));
    t.equal(next.json.next, "challenge", `a second ${type} proves nothing new`);
    t.notOk(next.json.methods.some((offered: { method: string }) => offered.method === method));
    t.equal((await setPassword(run, reset, password(1))).json.code, "gates-not-passed");
  }
});

onEachState(t, "A40 C02: switching the method half-way passes no gate", async (t, state) => {
  const run = await startProduct(t, { state });
  const admin = run.person("ylva");
  const app = await giveAuthenticator(run, admin.userPrincipalName);
  const reset = await startReset(run, admin.userPrincipalName);
  const email = await challenge(run, reset, "email");
  const emailCode = codeIn(await messageTo(run, addressOf(admin, "email")));
  const sms = await challenge(run, reset, "sms");
  const smsCode = codeIn(await messageTo(run, addressOf(admin, "mobilePhone")));
  const byApp = await challenge(run, reset, "authenticatorApp");
  const tries = [
    [email.json.challengeId, emailCode],
    [sms.json.challengeId, smsCode],
    [byApp.json.challengeId, smsCode],
    [sms.json.challengeId, app.code()],
  ];
  for (const [id, code] of tries) t.equal((await verify(run, reset, id ?? "", code ?? "")).json.code, "code-rejected");
  t.equal((await setPassword(run, reset, password(1))).json.code, "gates-not-passed");
  t.match((await verify(run, reset, byApp.json.challengeId, app.code())).json, { next: "challenge" }, "only what is asked for last counts");
  for (const [id, code] of tries)
    t.equal((await verify(run, reset, id ?? "", code ?? "")).json.code, "code-rejected", "nothing is pending");
  run.clock.turn(61_000);
  await challenge(run, reset, "email");
  await challenge(run, reset, "authenticatorApp");
  t.equal((await setPassword(run, reset, password(1))).json.code, "gates-not-passed", "asking proves nothing");
  t.equal((await run.call("GET", `/v1/password-resets/${reset.id}`, { token: reset.token })).json.next, "challenge");
});

t.test("A23 A45 B06: a code opens its own reset alone, its token its own alone (C09)", async (t) => {
  const run = await startProduct(t);
  const people = [run.person("henrik"), run.person("odd")];
  const resets = await Promise.all(
    people.map(async (person) => {
      const reset = await startReset(run, person.userPrincipalName);
      const asked = await challenge(run, reset, "email");
      return { reset, challengeId: asked.json.challengeId as string, code: codeIn(await messageTo(run, addressOf(person, "email"))) };
    }),
  );
  const [victim, attacker] = resets;
  if (victim === undefined || attacker === undefined) throw new Error("two resets were to be started");
  t.equal((await verify(run, victim.reset, victim.challengeId, attacker.code)).json.code, "code-rejected", "the attacker's own code");
  t.equal((await verify(run, attacker.reset, victim.challengeId, victim.code)).json.code, "code-rejected", "the victim's code elsewhere");
  const stolen = { ...victim.reset, token: attacker.reset.token };
  t.equal((await verify(run, stolen, victim.challengeId, victim.code)).json.code, "invalid-reset-token", "id and code without the token");
  t.equal((await setPassword(run, stolen, password(1))).json.code, "invalid-reset-token");
  t.equal((await verify(run, victim.reset, victim.challengeId, victim.code)).json.next, "password");
});
