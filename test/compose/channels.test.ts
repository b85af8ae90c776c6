import t, { type Test } from "tap";
import { composeChannels } from "../../src/compose/channels.ts";
import { readConfig } from "../../src/config.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { WITHOUT_MAIL as PRODUCTION } from "../builders/production-environment.ts";

const SENDGRID = { SENDGRID_API_KEY: "SG.key" };
const TOKEN = { TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "the-token" };
const PHONE = { ...TOKEN, TWILIO_FROM: "+46700000001" };

async function channelsOf(t: Test, env: Record<string, string>) {
  const config = readConfig({ DATA_DIR: t.testdir(), ...env });
  const channels = await composeChannels({ config, clock: systemClock, count: () => undefined });
  t.teardown(() => channels.close());
  return channels;
}

/** What needs no provider, beside the authenticator app. */
const OWN = ["recoveryCode", "securityQuestions"];

t.test("at a desk the outbox stands in for what is missing, and goes when nothing is", async (t) => {
  const all = ["email", "sms", "voice", "officePhone", "authenticatorApp"];
  for (const [env, outbox, calls] of [
    [{}, true, false],
    [SENDGRID, true, false],
    [PHONE, true, true],
    [{ ...SENDGRID, ...PHONE }, false, true],
    [{ ...SENDGRID, ...TOKEN, TWILIO_MESSAGING_SERVICE_SID: "MG1" }, true, false],
  ] as const) {
    const channels = await channelsOf(t, env);
    t.strictSame([...channels.deliverable], [...all, ...OWN]);
    t.strictSame([channels.outbox !== null, channels.calls !== null], [outbox, calls], JSON.stringify(env));
  }
});

t.test("in production what nobody can deliver is never offered", async (t) => {
  const key = { TWILIO_ACCOUNT_SID: "AC1", TWILIO_API_KEY: "SK1", TWILIO_API_SECRET: "s", TWILIO_FROM: "+46700000001" };
  for (const [env, deliverable] of [
    [SENDGRID, ["email", "authenticatorApp"]],
    [{ SMTP_URL: "smtps://mail.northwind.example", ...PHONE }, ["email", "sms", "voice", "officePhone", "authenticatorApp"]],
    // No number to call from.
    [{ ...SENDGRID, ...TOKEN, TWILIO_MESSAGING_SERVICE_SID: "MG1" }, ["email", "sms", "authenticatorApp"]],
    // No token to check what Twilio asks us with.
    [{ ...SENDGRID, ...key }, ["email", "sms", "authenticatorApp"]],
  ] as const) {
    const channels = await channelsOf(t, { ...PRODUCTION, ...env });
    t.strictSame([...channels.deliverable], [...deliverable, ...OWN], JSON.stringify(env));
    t.equal(channels.outbox, null);
  }
  const { text } = await channelsOf(t, { ...PRODUCTION, ...SENDGRID });
  await t.rejects(text.send({ to: "+46700000001", text: "x" }), { message: "no text message provider is configured" });
});
