import type { Test } from "tap";
import type { Demonstration } from "../../src/tenants/demonstration.pg.ts";
import { createFormClient } from "../pages/form-client.ts";
import { until } from "./product.ts";
import {
  addressOf,
  type Caller,
  challenge,
  codeIn,
  messageTo,
  proveByMessage,
  setPassword,
  signIn,
  startReset,
  verify,
} from "./reset-steps.ts";

/** Servers of one installation that serve the demonstration. Each step of a story goes to the next of them; one may be all there is. */
export interface Stage {
  readonly servers: readonly (Caller & { readonly baseUrl: string })[];
  person(name: string): Demonstration["users"][number];
}

const NEW_PASSWORD = "plum violin harbour tuesday";

/** The journeys of the first issue, which are the same on every installation. They reset three people and leave the others alone. */
export async function tellStories(t: Test, stage: Stage): Promise<void> {
  await t.test("a person: one gate, the new password, the word of it at every address, and 'this was not me'", async (t) => {
    await disputed(t, stage, await forgotten(t, stage));
  });
  await t.test("an administrator: two gates, and no password before the second", (t) => administrator(t, stage));
  await t.test("an administrator, on the pages, without script", (t) => byPages(t, stage));
  await t.test("a name that nobody has: the same answers, and nothing is sent", (t) => nobody(t, stage));
}

/** Hands out the servers in turn. */
function inTurn({ servers }: Stage): () => Stage["servers"][number] {
  let turn = 0;
  return () => {
    const server = servers[turn++ % servers.length];
    if (server === undefined) throw new Error("no server was started");
    return server;
  };
}

/** Answers the link of the notice. */
async function forgotten(t: Test, stage: Stage): Promise<URL> {
  const next = inTurn(stage);
  const person = stage.person("henrik");
  const { userPrincipalName, password } = person;
  const to = addressOf(person, "email");
  const before = (await signIn(next(), userPrincipalName, password)).json.accessToken;
  for (const server of stage.servers)
    t.equal((await server.call("GET", "/v1/me", { token: before })).status, 200, "a token of one is good at all");
  const reset = await startReset(next(), userPrincipalName);
  const asked = (await challenge(next(), reset, "email")).json.challengeId;
  const code = codeIn(await messageTo(next(), to));
  t.equal((await verify(next(), reset, asked, "00000000")).json.code, "code-rejected");
  t.equal((await verify(next(), reset, asked, code)).json.next, "password");
  t.equal((await verify(next(), reset, asked, code)).json.code, "code-rejected", "used is used everywhere");
  t.equal((await setPassword(next(), reset, "password1234")).json.code, "password-rejected");
  t.equal((await setPassword(next(), reset, NEW_PASSWORD)).status, 204, "a refused password used nothing up");
  t.equal((await setPassword(next(), reset, `${NEW_PASSWORD}!`)).json.code, "invalid-reset-token");
  for (const server of stage.servers) {
    t.equal((await server.call("GET", "/v1/me", { token: before })).status, 401, "a token from before is dead");
    t.equal((await signIn(server, userPrincipalName, password)).status, 401);
    t.equal((await signIn(server, userPrincipalName, NEW_PASSWORD)).json.next, "done");
  }
  const notices = async () => (await next().outbox()).filter(({ text }) => text.includes("/l/"));
  await until(async () => (await notices()).length === 2);
  const told = await notices();
  t.same(told.map((notice) => notice.to).sort(), [addressOf(person, "mobilePhone"), to].sort());
  return new URL(/https?:\S+\/l\/\S+/.exec(told[0]?.text ?? "")?.[0] ?? "");
}

async function disputed(t: Test, stage: Stage, link: URL): Promise<void> {
  const next = inTurn(stage);
  const { userPrincipalName, contacts } = stage.person("henrik");
  const client = createFormClient(next());
  t.equal((await client.get(link.pathname)).headers.get("location"), "/not-me");
  t.match((await client.get("/not-me")).html, "Was it not you?");
  t.match((await client.submit("/not-me", {})).html, "It is stopped");
  for (const server of stage.servers) t.equal((await signIn(server, userPrincipalName, NEW_PASSWORD)).status, 401);
  const again = await startReset(next(), userPrincipalName);
  const to = addressOf({ contacts }, "email");
  const known = (await next().outbox()).filter((item) => item.to === to).length;
  t.equal((await challenge(next(), again, "email")).status, 202, "the page tells nothing");
  t.equal((await messageTo(next(), to, known)).subject, "About your attempt to reset your password", "the mailbox does");
}

async function administrator(t: Test, stage: Stage): Promise<void> {
  const next = inTurn(stage);
  const admin = stage.person("ylva");
  const reset = await startReset(next(), admin.userPrincipalName);
  t.equal((await proveByMessage(next(), reset, "email", addressOf(admin, "email"))).next, "challenge");
  t.equal((await setPassword(next(), reset, NEW_PASSWORD)).json.code, "gates-not-passed");
  t.match((await next().call("GET", `/v1/password-resets/${reset.id}`, { token: reset.token })).json, { next: "challenge" });
  t.equal((await proveByMessage(next(), reset, "sms", addressOf(admin, "mobilePhone"))).next, "password");
  t.equal((await setPassword(next(), reset, NEW_PASSWORD)).status, 204);
  for (const server of stage.servers) {
    t.equal((await signIn(server, admin.userPrincipalName, admin.password)).status, 401);
    t.equal((await signIn(server, admin.userPrincipalName, NEW_PASSWORD)).status, 200);
  }
}

async function byPages(t: Test, stage: Stage): Promise<void> {
  const next = inTurn(stage);
  const admin = stage.person("mirja");
  const client = createFormClient(next());
  const prove = async (way: string, to: string) => {
    const known = (await next().outbox()).filter((item) => item.to === to).length;
    await client.submit("/reset/method", { flow: client.hidden("flow"), way });
    const code = codeIn(await messageTo(next(), to, known));
    return client.submit("/reset/code", { flow: client.hidden("flow"), code });
  };
  await client.get("/reset");
  await client.submit("/reset", { userPrincipalName: admin.userPrincipalName });
  const second = await prove("email", addressOf(admin, "email"));
  t.match(second.html, "One more proof");
  const way = /value="(sms\/[\w-]+)"/.exec(second.html)?.[1] ?? "";
  t.match((await prove(way, addressOf(admin, "mobilePhone"))).html, 'id="new-password"');
  const passwords = { newPassword: NEW_PASSWORD, confirmPassword: NEW_PASSWORD };
  t.match((await client.submit("/reset/password", { flow: client.hidden("flow"), ...passwords })).html, "Your new password is set");
  t.equal((await signIn(next(), admin.userPrincipalName, NEW_PASSWORD)).status, 200);
}

async function nobody(t: Test, stage: Stage): Promise<void> {
  const next = inTurn(stage);
  const messages = (await next().outbox()).length;
  const [real, none] = [
    await startReset(next(), stage.person("tove").userPrincipalName),
    await startReset(next(), "nobody@contoso.example"),
  ];
  t.same(none.methods, real.methods);
  const asked = await challenge(next(), none, "email");
  t.equal(asked.status, 202);
  t.equal((await verify(next(), none, asked.json.challengeId, "00000000")).json.code, "code-rejected");
  t.equal((await setPassword(next(), none, NEW_PASSWORD)).json.code, "gates-not-passed");
  t.equal((await next().outbox()).length, messages);
}
