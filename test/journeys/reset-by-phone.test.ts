import t from "tap";
import { allowPhones, arrived, startPhoneProduct } from "../channels/phone-product.ts";
import { fetchScript } from "../channels/twilio-emulator.ts";
import { startProduct } from "./product.ts";
import { addressOf, challenge, codeIn, messageTo, onEachState, setPassword, signIn, startReset, verify } from "./reset-steps.ts";

const NEW_PASSWORD = "plum violin harbour tuesday";
const DESK = "+46850000000";

onEachState(t, "by text message through Twilio", async (t, state) => {
  const { run, twilio } = await startPhoneProduct(t, { state });
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  t.same(reset.methods, ["email", "sms", "voice", "officePhone", "authenticatorApp"]);
  const asked = await challenge(run, reset, "sms");
  const { To, Body = "" } = await arrived(twilio.messages, 1);
  t.equal(To, addressOf(person, "mobilePhone"));
  const [, code = ""] = /^@127\.0\.0\.1 #(\d{8})$/.exec(Body.split("\n").at(-1) ?? "") ?? [];
  t.equal((await verify(run, reset, asked.json.challengeId, code)).json.next, "password");
  t.equal((await setPassword(run, reset, NEW_PASSWORD)).status, 204);
  t.equal((await signIn(run, person.userPrincipalName, NEW_PASSWORD)).json.next, "done");
  t.match((await arrived(twilio.messages, 2)).Body, /your password was reset/, "and the phone is told");
});

onEachState(t, "by a call to the mobile phone through Twilio", async (t, state) => {
  const { run, twilio } = await startPhoneProduct(t, { state });
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, reset, "voice");
  const call = await arrived(twilio.phoneCalls, 1);
  t.ok((await fetchScript(call)).gather, "a key first");
  const { said } = await fetchScript(call, { Digits: "1" });
  const code = said
    .filter((words) => /^\d$/.test(words))
    .join("")
    .slice(0, 8);
  t.equal((await verify(run, reset, asked.json.challengeId, code)).json.next, "password");
  t.equal((await setPassword(run, reset, NEW_PASSWORD)).status, 204);
  t.equal((await signIn(run, person.userPrincipalName, NEW_PASSWORD)).json.next, "done");
});

t.test("by a call to the desk, with the office phone that an administrator filled in", async (t) => {
  const { run, twilio } = await startPhoneProduct(t);
  const person = run.person("henrik");
  const filled = await run.call("PUT", `/v1/users/${encodeURIComponent(person.userPrincipalName)}/methods`, {
    token: await run.appToken(),
    body: { methods: [{ type: "officePhone", value: DESK }] },
  });
  t.equal(filled.status, 200, filled.text);
  const reset = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, reset, "officePhone");
  const call = await arrived(twilio.phoneCalls, 1);
  t.equal(call.To, DESK);
  const { said } = await fetchScript(call, { Digits: "1" });
  const code = said
    .filter((words) => /^\d$/.test(words))
    .join("")
    .slice(0, 8);
  t.equal((await verify(run, reset, asked.json.challengeId, code)).json.next, "password");
});

t.test("at a desk without Twilio: the outbox writes the call down, the code in it once", async (t) => {
  const run = await startProduct(t);
  await allowPhones(run);
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  t.same(reset.methods, ["email", "sms", "voice", "officePhone", "authenticatorApp"]);
  const asked = await challenge(run, reset, "voice");
  const item = await messageTo(run, addressOf(person, "mobilePhone"));
  t.equal(item.channel, "voice");
  const code = codeIn(item);
  t.match(code, /^\d{4} \d{4}$/);
  t.equal((await verify(run, reset, asked.json.challengeId, code)).json.next, "password");
  t.match((await run.call("GET", "/dev/outbox")).json.items, [{ channel: "voice" }]);
});

t.test("a person without a phone is called by nobody, and nobody can tell", async (t) => {
  const { run, twilio } = await startPhoneProduct(t);
  const answers = [];
  for (const name of [run.person("henrik").userPrincipalName, run.person("signe").userPrincipalName, "nobody.there@contoso.example"]) {
    const reset = await startReset(run, name);
    const { status, json } = await challenge(run, reset, "officePhone");
    answers.push(JSON.stringify([status, Object.keys(json), json.method]));
  }
  await run.settled();
  t.equal(new Set(answers).size, 1);
  t.equal(twilio.calls.length, 0);
});
