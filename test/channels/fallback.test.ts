import t from "tap";
import { createSendGridChannel } from "../../src/channels/email.sendgrid.ts";
import { createSmtpChannel } from "../../src/channels/email.smtp.ts";
import { createFallback } from "../../src/channels/fallback.ts";
import { Secret } from "../../src/kit/secret.ts";
import { DeliveryFailure, type DeliveryFault } from "../../src/messages/delivery-failure.ts";
import { startMailServer } from "../journeys/mail-server.ts";
import { ManualClock } from "../journeys/manual-clock.ts";
import { failureOf } from "./failures.ts";
import { SENDGRID_KEY, startSendGrid } from "./sendgrid-emulator.ts";

const MAIL = { to: "henrik.dahl@private.example", subject: "Your code", text: "1234 5678", html: "<p>1234 5678</p>" };
const DOWN = { status: 503, body: { errors: [] } };

t.test("SendGrid first; SMTP at once where it fails, by the real clients", async (t) => {
  const [sendgrid, smtp] = [await startSendGrid(t), await startMailServer(t)];
  const clock = new ManualClock();
  const second = createSmtpChannel(new Secret(smtp.url), "no-reply@contoso.example");
  t.teardown(() => second.close());
  const outcomes: string[] = [];
  const first = createSendGridChannel({
    apiKey: new Secret(SENDGRID_KEY),
    baseUrl: sendgrid.baseUrl,
    from: "no-reply@contoso.example",
    clock,
    timeoutMs: 1_000,
  });
  const channel = createFallback(
    [
      { name: "sendgrid", channel: first },
      { name: "smtp", channel: second },
    ],
    { clock, note: (provider, outcome) => void outcomes.push(`${provider} ${outcome}`) },
  );
  const send = async () => {
    outcomes.length = 0;
    await channel.send(MAIL);
    return outcomes.join(", ");
  };
  t.equal(await send(), "sendgrid accepted");
  const bad = [
    [{ status: 401, body: { errors: [] } }, "unauthorized"],
    [{ status: 500, body: { errors: [] } }, "unavailable"],
    ["late", "timed-out"],
    ["cut", "unavailable"],
    [{ status: 400, body: { errors: [{ field: "from.email", message: "no", help: null }] } }, "rejected"],
    [{ status: 400, body: { errors: [{ field: "personalizations.0.to.0.email", message: "no", help: null }] } }, "refused"],
  ] as const;
  for (const [answer, fault] of bad) {
    sendgrid.next(answer);
    t.equal(await send(), `sendgrid ${fault}, smtp accepted`);
    // A good one in between, so that it is not left alone.
    t.equal(await send(), "sendgrid accepted");
  }
  sendgrid.next({ status: 429, headers: { "retry-after": "40" }, body: { errors: [] } });
  t.equal(await send(), "sendgrid rate-limited, smtp accepted");
  clock.turn(39_999);
  t.equal(await send(), "sendgrid resting, smtp accepted", "left alone for as long as it asked");
  clock.turn(1);
  t.equal(await send(), "sendgrid accepted");
  t.equal(smtp.mails.length, bad.length + 2);
});

t.test("a dead provider is not waited for on every message", async (t) => {
  const sendgrid = await startSendGrid(t);
  const clock = new ManualClock();
  const first = createSendGridChannel({ apiKey: new Secret(SENDGRID_KEY), baseUrl: sendgrid.baseUrl, from: "a@contoso.example", clock });
  const arrived: string[] = [];
  const second = { send: async ({ subject }: { subject: string }) => void arrived.push(subject) };
  const channel = createFallback(
    [
      { name: "sendgrid", channel: first },
      { name: "smtp", channel: second },
    ],
    { clock, note: () => undefined },
  );
  sendgrid.next(DOWN, DOWN, DOWN);
  for (let turn = 0; turn < 10; turn++) await channel.send(MAIL);
  t.equal(sendgrid.calls.length, 3, "after three failures it rests");
  t.equal(arrived.length, 10);
  clock.turn(30_000);
  sendgrid.next(DOWN);
  await Promise.all(Array.from({ length: 5 }, () => channel.send(MAIL)));
  t.equal(sendgrid.calls.length, 4, "then one message tries it, the others do not wait");
  clock.turn(30_000);
  await channel.send(MAIL);
  await channel.send(MAIL);
  t.equal(sendgrid.accepted.length, 2, "back again");
});

function failing(fault: DeliveryFault, retryAfterMs?: number) {
  const calls = { count: 0 };
  const send = async (): Promise<void> => {
    calls.count += 1;
    throw new DeliveryFailure("x", fault, retryAfterMs === undefined ? {} : { retryAfterMs });
  };
  return { calls, channel: { send } };
}

function chain(...providers: { channel: { send(): Promise<void> } }[]) {
  const clock = new ManualClock();
  const named = providers.map(({ channel }, index) => ({ name: `p${index}`, channel }));
  return { clock, channel: createFallback(named, { clock, note: () => undefined }) };
}

t.test("final only when every provider says so", async (t) => {
  const refusedByAll = chain(failing("refused"), failing("refused"));
  t.equal((await failureOf(refusedByAll.channel.send(MAIL))).final, true);
  const refusedByOne = chain(failing("refused"), failing("timed-out"));
  t.equal((await failureOf(refusedByOne.channel.send(MAIL))).fault, "timed-out");
  const alone = failing("refused");
  const single = chain(alone);
  for (let turn = 0; turn < 5; turn++) t.equal((await failureOf(single.channel.send(MAIL))).final, true);
  t.equal(alone.calls.count, 5, "who refuses an address is well");
});

t.test("where all rest, nobody waits, and the failure says for how long", async (t) => {
  const [one, other] = [failing("timed-out"), failing("rate-limited", 90_000)];
  const { clock, channel } = chain(one, other);
  t.equal((await failureOf(channel.send(MAIL))).details.retryAfterMs, undefined, "the first may be asked again at any time");
  await failureOf(channel.send(MAIL));
  await failureOf(channel.send(MAIL));
  const failure = await failureOf(channel.send(MAIL));
  t.strictSame([failure.fault, failure.details.retryAfterMs], ["resting", 30_000]);
  t.strictSame([one.calls.count, other.calls.count], [3, 1]);
  clock.turn(90_000);
  await failureOf(channel.send(MAIL));
  t.strictSame([one.calls.count, other.calls.count], [4, 2]);
});

t.test("an error that no adapter foresaw says no more than its kind", async (t) => {
  const { channel } = chain({ channel: { send: async () => Promise.reject(new TypeError(`cannot send to ${MAIL.to}`)) } });
  const failure = await failureOf(channel.send(MAIL));
  t.equal(failure.message, "p0: unavailable (TypeError)");
});
