import t, { type Test } from "tap";
import { createSendGridChannel } from "../../src/channels/email.sendgrid.ts";
import { Secret } from "../../src/kit/secret.ts";
import { ManualClock } from "../journeys/manual-clock.ts";
import { startEmulator } from "./emulator.ts";
import { failureOf, keepsSilent } from "./failures.ts";
import { SENDGRID_KEY, startSendGrid } from "./sendgrid-emulator.ts";

const MAIL = {
  to: "henrik.dahl@private.example",
  subject: "Your code {{subject}} <%subject%>",
  text: "Hello {{name}}, [unsubscribe] your code is 1234 5678",
  html: "<p>Hello {{name}}, &lt;%body%&gt; 1234 5678</p>",
};

const NOON = Date.parse("2026-01-01T12:00:00Z");

function channelTo(baseUrl: string, { key = SENDGRID_KEY, from = "Rekey <no-reply@contoso.example>", timeoutMs = 5_000 } = {}) {
  return createSendGridChannel({ apiKey: new Secret(key), baseUrl, from, clock: new ManualClock(NOON), timeoutMs });
}

t.test("a message as SendGrid's documents want it, and nothing that follows the reader", async (t) => {
  const sendgrid = await startSendGrid(t);
  await channelTo(sendgrid.baseUrl).send(MAIL);
  const [mail] = sendgrid.accepted;
  t.strictSame(mail, {
    from: { email: "no-reply@contoso.example", name: "Rekey" },
    personalizations: [{ to: [{ email: MAIL.to }] }],
    subject: MAIL.subject,
    content: [
      { type: "text/plain", value: MAIL.text },
      { type: "text/html", value: MAIL.html },
    ],
    headers: { "Auto-Submitted": "auto-generated" },
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: { enable: false },
      subscription_tracking: { enable: false },
      ganalytics: { enable: false },
    },
  });
  t.equal(sendgrid.calls.length, 1);
});

t.test("the sender is what MAIL_FROM says, in each of its forms", async (t) => {
  const sendgrid = await startSendGrid(t);
  for (const from of ["a@contoso.example", "<a@contoso.example>", '"Rekey, Contoso" <a@contoso.example>'])
    await channelTo(sendgrid.baseUrl, { from }).send(MAIL);
  t.strictSame(
    sendgrid.accepted.map((mail) => mail.from),
    [{ email: "a@contoso.example" }, { email: "a@contoso.example" }, { email: "a@contoso.example", name: "Rekey, Contoso" }],
  );
});

t.test("two channels of one process keep their keys and addresses apart", async (t) => {
  const [one, other] = [await startSendGrid(t), await startSendGrid(t)];
  const channels = [channelTo(one.baseUrl), channelTo(other.baseUrl)];
  await Promise.all(channels.map((channel) => channel.send(MAIL)));
  t.strictSame([one.accepted.length, other.accepted.length], [1, 1]);
});

const errors = (...fields: (string | null)[]) => ({ errors: fields.map((field) => ({ field, message: `${MAIL.to} is bad`, help: null })) });

t.test("what each answer means", async (t) => {
  const sendgrid = await startSendGrid(t);
  const channel = channelTo(sendgrid.baseUrl);
  const reset = String(NOON / 1000 + 30);
  const cases = [
    [{ status: 400, body: errors("personalizations.0.to.0.email") }, "refused", undefined],
    [{ status: 400, body: errors("personalizations.0.to.0.email", "from.email") }, "rejected", undefined],
    [{ status: 400, body: errors("from.email") }, "rejected", undefined],
    [{ status: 400, body: errors(null) }, "rejected", undefined],
    [{ status: 400, body: "not as documented" }, "rejected", undefined],
    [{ status: 401, body: errors(null) }, "unauthorized", undefined],
    [{ status: 403, body: errors("from") }, "unauthorized", undefined],
    [{ status: 413, body: errors(null) }, "rejected", undefined],
    [{ status: 429, headers: { "retry-after": "7" }, body: errors(null) }, "rate-limited", 7_000],
    [{ status: 429, headers: { "x-ratelimit-reset": reset }, body: errors(null) }, "rate-limited", 30_000],
    [{ status: 429, headers: { "retry-after": "Thu, 01 Jan 2026 12:00:05 GMT" } }, "rate-limited", 5_000],
    [{ status: 429, headers: { "retry-after": "Thu, 01 Jan 2026 11:00:00 GMT" } }, "rate-limited", undefined],
    [{ status: 429, body: errors(null) }, "rate-limited", undefined],
    [{ status: 500, body: errors(null) }, "unavailable", undefined],
    [{ status: 503, headers: { "retry-after": "2" } }, "unavailable", 2_000],
  ] as const;
  for (const [answer, fault, retryAfterMs] of cases) {
    sendgrid.next(answer);
    const failure = await failureOf(channel.send(MAIL));
    t.strictSame([failure.fault, failure.details.retryAfterMs, failure.details.code], [fault, retryAfterMs, answer.status]);
    t.equal(failure.final, fault === "refused");
    keepsSilent(t, failure, MAIL.to, "1234 5678", SENDGRID_KEY);
  }
});

t.test("a wrong key, a late answer, a broken one, nobody there", async (t) => {
  const sendgrid = await startSendGrid(t);
  const silent = (t: Test, failure: Awaited<ReturnType<typeof failureOf>>) => keepsSilent(t, failure, MAIL.to, "1234 5678", SENDGRID_KEY);
  t.equal((await failureOf(channelTo(sendgrid.baseUrl, { key: "SG.wrong" }).send(MAIL))).fault, "unauthorized");
  sendgrid.next("late", "cut");
  const late = await failureOf(channelTo(sendgrid.baseUrl, { timeoutMs: 50 }).send(MAIL));
  t.equal(late.fault, "timed-out");
  silent(t, late);
  const cut = await failureOf(channelTo(sendgrid.baseUrl).send(MAIL));
  t.equal(cut.fault, "unavailable");
  silent(t, cut);
  const nobody = await failureOf(channelTo("http://127.0.0.1:1").send(MAIL));
  t.strictSame([nobody.fault, nobody.details.code], ["unavailable", "ECONNREFUSED"]);
  silent(t, nobody);
});

t.test("the key follows no redirect", async (t) => {
  const elsewhere = await startEmulator(t, { judge: () => null, accept: () => ({ status: 202 }) });
  const sendgrid = await startSendGrid(t);
  sendgrid.next({ status: 307, headers: { location: `${elsewhere.baseUrl}/v3/mail/send` } });
  t.equal((await failureOf(channelTo(sendgrid.baseUrl).send(MAIL))).fault, "unavailable");
  t.equal(elsewhere.calls.length, 0);
});
