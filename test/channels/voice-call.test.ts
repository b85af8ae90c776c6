import t, { type Test } from "tap";
import type { StartedProduct } from "../journeys/product.ts";
import { addressOf, challenge, type Reset, startReset, verify } from "../journeys/reset-steps.ts";
import { arrived, startPhoneProduct } from "./phone-product.ts";
import { FROM, fetchScript, sign, type TwilioEmulator } from "./twilio-emulator.ts";

const PAUSE = "…";

interface Ringing {
  readonly reset: Reset;
  readonly challengeId: string;
  /** The request that made Twilio call: `Url` leads to what is said. */
  readonly call: Record<string, string>;
}

/** A person asks for a call, and the phone rings. */
async function ring(run: StartedProduct, twilio: TwilioEmulator): Promise<Ringing> {
  const reset = await startReset(run, run.person("henrik").userPrincipalName);
  const known = twilio.phoneCalls.length;
  const asked = await challenge(run, reset, "voice");
  return { reset, challengeId: asked.json.challengeId, call: await arrived(twilio.phoneCalls, known + 1) };
}

/** The digits that are said one by one, each with a pause after it. */
function digitsIn(said: readonly string[]): string[] {
  return said.filter((words, index) => /^\d$/.test(words) && said[index + 1] === PAUSE);
}

t.test("H12: no code before a key is pressed; then digit by digit, slowly and twice", async (t) => {
  const { run, twilio } = await startPhoneProduct(t);
  const { reset, challengeId, call } = await ring(run, twilio);
  t.match(call, { To: addressOf(run.person("henrik"), "mobilePhone"), From: FROM, Method: "POST" });
  t.ok(call.Url?.startsWith(`${run.baseUrl}/twilio/voice/`));

  const prompt = await fetchScript(call);
  t.match(prompt.gather, { input: "dtmf", numDigits: "1" });
  t.match(prompt.said.join(" "), /Contoso Demo.*press 1 to hear it.*press 1 to hear it.*no code is read out/);
  t.strictSame(prompt.languages, ["en-GB"]);
  t.ok(prompt.hangsUp, "who presses nothing is not kept on the line");
  for (const key of ["2", "#", "11", ""]) t.equal((await fetchScript(call, { Digits: key })).text, prompt.text, `key ${key}`);

  const spoken = await fetchScript(call, { Digits: "1" });
  const digits = digitsIn(spoken.said);
  t.equal(digits.length, 16);
  const code = digits.slice(0, 8).join("");
  t.equal(digits.slice(8).join(""), code, "twice");
  t.equal(spoken.gather, undefined);
  t.ok(spoken.hangsUp);
  t.match(spoken.said.at(-1), /never read it to anyone/);
  t.strictSame(digitsIn(prompt.said), [], "an answering machine hears no digit");
  t.notOk(prompt.text.includes(code) || call.Url?.includes(code));
  t.equal((await fetchScript(call, { Digits: "1" })).text, spoken.text, "asked again, it says the same");
  t.equal((await verify(run, reset, challengeId, code)).json.next, "password");

  const over = await fetchScript(call, { Digits: "1" });
  t.match(over.said, [/no longer good/], "a code that was used is not said any more");
});

t.test("a code is said only while it is the current one, and to the number it is for", async (t) => {
  const { run, twilio } = await startPhoneProduct(t);
  const isOver = async (t: Test, call: Record<string, string>, why: string) => {
    for (const extra of [{}, { Digits: "1" }]) {
      const { said, gather } = await fetchScript(call, extra);
      t.match(said, [/no longer good/], why);
      t.equal(gather, undefined);
      t.equal(said.length, 1);
    }
  };
  const { reset, call } = await ring(run, twilio);
  await isOver(t, { ...call, To: "+46701740699" }, "another number");
  run.clock.turn(61_000);
  await challenge(run, reset, "voice");
  const second = await arrived(twilio.phoneCalls, 2);
  await isOver(t, call, "replaced by a newer one");
  t.ok((await fetchScript(second)).gather);

  await run.connection.pool.query("update users set enabled = false where user_principal_name like 'henrik%'");
  await isOver(t, second, "disabled meanwhile");
  await run.connection.pool.query("update users set enabled = true where user_principal_name like 'henrik%'");
  await run.connection.pool.query("update authentication_methods set revision = revision + 1");
  await isOver(t, second, "the number was changed");
  await run.connection.pool.query("update authentication_methods set revision = revision - 1");
  t.ok((await fetchScript(second)).gather, "and all is as before");

  await run.call("DELETE", `/v1/password-resets/${reset.id}`, { token: reset.token });
  await isOver(t, second, "cancelled");
  const third = await ring(run, twilio);
  run.clock.turn(600_000);
  await isOver(t, third.call, "expired");
});

t.test("in the person's language", async (t) => {
  const { run, twilio } = await startPhoneProduct(t);
  await run.connection.pool.query("update users set preferred_language = 'sv'");
  const { call } = await ring(run, twilio);
  const prompt = await fetchScript(call);
  t.strictSame(prompt.languages, ["sv-SE"]);
  t.match(prompt.said.join(" "), /tryck 1/);
  const spoken = await fetchScript(call, { Digits: "1" });
  t.match(spoken.said[0], /Din kod är/);
  t.equal(digitsIn(spoken.said).length, 16);
  run.clock.turn(601_000);
  t.match((await fetchScript(call)).said, [/gäller inte längre/], "also when nothing else is known any more");
});

t.test("only Twilio is answered: unsigned and forged requests get 403, and learn nothing", async (t) => {
  const { run, twilio } = await startPhoneProduct(t);
  const { call } = await ring(run, twilio);
  const { call: foreign } = await ring(run, twilio);
  const url = call.Url ?? "";
  const path = new URL(url).pathname;
  const fields = { CallSid: "CA1", To: call.To ?? "", Digits: "1" };
  const ask = (signature: string | undefined, sent: Record<string, string> = fields, headers: Record<string, string> = {}) =>
    run.call("POST", path, {
      body: new URLSearchParams(sent).toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...headers,
        ...(signature === undefined ? {} : { "x-twilio-signature": signature }),
      },
    });
  const good = sign(url, fields);
  t.equal((await ask(good)).status, 200, "the one that is right");
  const claims = {
    host: "evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    forwarded: "host=evil.example;proto=https",
  };
  const forged: Record<string, Promise<{ status: number; json: { code: string }; text: string }>> = {
    "no signature": ask(undefined),
    "an empty one": ask(""),
    "with another token": ask(sign(url, fields, "another token")),
    "with an empty token": ask(sign(url, fields, "")),
    "over no fields": ask(sign(url, {})),
    "over other fields": ask(sign(url, { ...fields, Digits: "2" })),
    "with a field more": ask(good, { ...fields, Extra: "1" }),
    "with a field less": ask(sign(url, fields), { CallSid: "CA1", To: fields.To }),
    "over another ticket": ask(sign(foreign.Url ?? "", fields)),
    "over another host, as the request claims": ask(sign(`http://evil.example${path}`, fields), fields, claims),
    "over another origin, as the request claims": ask(sign(`https://evil.example${path}`, fields), fields, claims),
    "of a lower case": ask(good.toLowerCase()),
    "no body": run.call("POST", path, { headers: { "x-twilio-signature": good } }),
  };
  for (const [what, answering] of Object.entries(forged)) {
    const { status, json, text } = await answering;
    t.strictSame([status, json?.code], [403, "forbidden"], what);
    t.notMatch(text, /<Say|\d{8}/);
  }
  t.equal((await run.call("POST", path, { body: fields, headers: { "x-twilio-signature": good } })).status, 415, "Twilio sends forms");
  t.equal((await run.call("GET", path, { headers: { "x-twilio-signature": sign(url, {}) } })).status, 404);
});

t.test("a ticket of nobody's making says nothing, even when Twilio asks", async (t) => {
  const { run, twilio } = await startPhoneProduct(t);
  const { call } = await ring(run, twilio);
  const ticket = new URL(call.Url ?? "").pathname.split("/").at(-1) ?? "";
  const changed = `${ticket.slice(0, 60)}${ticket[60] === "A" ? "B" : "A"}${ticket.slice(61)}`;
  for (const text of [changed, "x", ticket.slice(0, -4), "A".repeat(300)]) {
    const url = `${run.baseUrl}/twilio/voice/${text}`;
    const answer = await fetch(url, {
      method: "POST",
      headers: { "x-twilio-signature": sign(url, { Digits: "1" }) },
      body: new URLSearchParams({ Digits: "1" }),
    });
    t.equal(answer.status, 404);
  }
});

t.test("the door is there only where calls go through Twilio", async (t) => {
  const { run } = await startPhoneProduct(t, { env: { TWILIO_FROM: "", TWILIO_MESSAGING_SERVICE_SID: "MG1" } });
  const url = `${run.baseUrl}/twilio/voice/x`;
  const answer = await run.call("POST", "/twilio/voice/x", { headers: { "x-twilio-signature": sign(url, {}) } });
  t.equal(answer.status, 404);
});
