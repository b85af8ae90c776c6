import t from "tap";
import { createTwilioClient } from "../../src/channels/rest-client.twilio.ts";
import { createTwilioText } from "../../src/channels/text.twilio.ts";
import { createTwilioVoice } from "../../src/channels/voice.twilio.ts";
import { Secret } from "../../src/kit/secret.ts";
import { ManualClock } from "../journeys/manual-clock.ts";
import { failureOf, keepsSilent } from "./failures.ts";
import { ACCOUNT_SID, AUTH_TOKEN, complain, FROM, startTwilio } from "./twilio-emulator.ts";

const TO = "+46701740605";
const TEXT = "Contoso: kod för återställning\n\n@reset.contoso.example #12345678";

function clientTo(baseUrl: string, { username = ACCOUNT_SID, password = AUTH_TOKEN, timeoutMs = 5_000 } = {}) {
  return createTwilioClient({
    accountSid: ACCOUNT_SID,
    username,
    password: new Secret(password),
    baseUrl,
    clock: new ManualClock(),
    timeoutMs,
  });
}

t.test("a text message from a number, or from a messaging service", async (t) => {
  const twilio = await startTwilio(t);
  const client = clientTo(twilio.baseUrl);
  await createTwilioText(client, { from: FROM }).send({ to: TO, text: TEXT });
  await createTwilioText(client, { messagingServiceSid: "MG1" }).send({ to: TO, text: TEXT });
  t.strictSame(twilio.messages, [
    { To: TO, From: FROM, Body: TEXT },
    { To: TO, MessagingServiceSid: "MG1", Body: TEXT },
  ]);
});

t.test("an API key in place of the token, and a base URL with a path", async (t) => {
  const twilio = await startTwilio(t, { username: "SK1", password: "secret" });
  await createTwilioText(clientTo(twilio.baseUrl, { username: "SK1", password: "secret" }), { from: FROM }).send({ to: TO, text: TEXT });
  t.equal(twilio.messages.length, 1);
  const failure = await failureOf(createTwilioText(clientTo(`${twilio.baseUrl}/proxy`), { from: FROM }).send({ to: TO, text: TEXT }));
  t.strictSame([failure.fault, twilio.calls.at(-1)?.path], ["rejected", `/proxy/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`]);
});

t.test("a call is started without a word of what it will say", async (t) => {
  const twilio = await startTwilio(t);
  const voice = createTwilioVoice(clientTo(twilio.baseUrl), { from: FROM, urlOf: (ticket) => `https://reset.contoso.example/v/${ticket}` });
  await voice.send({ to: TO, ticket: "t1", text: "Your code is: 1234 5678" });
  t.strictSame(twilio.phoneCalls, [
    { To: TO, From: FROM, Url: "https://reset.contoso.example/v/t1", Method: "POST", Timeout: "25", TimeLimit: "240", Record: "false" },
  ]);
  t.notOk(/1234|5678/.test(twilio.calls[0]?.body ?? ""), "no digit of the code");
});

t.test("what each answer means", async (t) => {
  const twilio = await startTwilio(t);
  const text = createTwilioText(clientTo(twilio.baseUrl), { from: FROM });
  const sentence = `${TO} is bad`;
  const refusals = [21211, 21614, 21610, 21612, 21408, 21635].map(
    (code) => [complain(400, code, sentence), "refused", code, undefined] as const,
  );
  const cases = [
    ...refusals,
    [complain(400, 21606, sentence), "rejected", 21606, undefined],
    [complain(400, 99999, sentence), "rejected", 99999, undefined],
    [complain(401, 20003, sentence), "unauthorized", 20003, undefined],
    [{ ...complain(429, 20429, sentence), headers: { "retry-after": "9" } }, "rate-limited", 20429, 9_000],
    [complain(500, 20500, sentence), "unavailable", 20500, undefined],
    [{ status: 502, body: "a proxy's page" }, "unavailable", 502, undefined],
    [{ status: 302, headers: { location: "http://127.0.0.1:1/" } }, "unavailable", 302, undefined],
  ] as const;
  for (const [answer, fault, code, retryAfterMs] of cases) {
    twilio.next(answer);
    const failure = await failureOf(text.send({ to: TO, text: TEXT }));
    t.strictSame([failure.fault, failure.details.code, failure.details.retryAfterMs], [fault, code, retryAfterMs]);
    t.equal(failure.final, fault === "refused");
    keepsSilent(t, failure, TO, "12345678", AUTH_TOKEN);
  }
  t.equal(twilio.calls.length, cases.length, "the client tries nothing again by itself: the queue does");
});

t.test("a wrong token, a late answer, a broken one, one that is none, nobody there", async (t) => {
  const twilio = await startTwilio(t);
  const sendBy = (client: ReturnType<typeof clientTo>) => failureOf(createTwilioText(client, { from: FROM }).send({ to: TO, text: TEXT }));
  const faults = [];
  faults.push(await sendBy(clientTo(twilio.baseUrl, { password: "wrong" })));
  twilio.next("late", "cut", { status: 201, body: "12345678 is no resource" });
  faults.push(await sendBy(clientTo(twilio.baseUrl, { timeoutMs: 50 })));
  faults.push(await sendBy(clientTo(twilio.baseUrl)));
  faults.push(await sendBy(clientTo(twilio.baseUrl)));
  faults.push(await sendBy(clientTo("http://127.0.0.1:1")));
  t.strictSame(
    faults.map(({ fault }) => fault),
    ["unauthorized", "timed-out", "unavailable", "unavailable", "unavailable"],
  );
  for (const failure of faults) keepsSilent(t, failure, TO, "12345678", AUTH_TOKEN, "wrong");
});
