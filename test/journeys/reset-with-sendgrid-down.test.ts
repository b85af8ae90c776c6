import t from "tap";
import { SENDGRID_KEY, startSendGrid } from "../channels/sendgrid-emulator.ts";
import { startMailServer } from "./mail-server.ts";
import { startProduct, until } from "./product.ts";
import { addressOf, challenge, codeIn, setPassword, startReset, verify } from "./reset-steps.ts";

t.test("SendGrid sends the code; when it is down SMTP does in the same attempt, and the person notices nothing", async (t) => {
  const [sendgrid, smtp] = [await startSendGrid(t), await startMailServer(t)];
  const run = await startProduct(t, { env: { SENDGRID_API_KEY: SENDGRID_KEY, SENDGRID_BASE_URL: sendgrid.baseUrl, SMTP_URL: smtp.url } });
  const person = run.person("henrik");
  const to = addressOf(person, "email");

  const first = await startReset(run, person.userPrincipalName);
  await challenge(run, first, "email");
  await until(async () => sendgrid.accepted.length === 1);
  t.match(sendgrid.accepted[0], { personalizations: [{ to: [{ email: to }] }], tracking_settings: { click_tracking: { enable: false } } });
  t.match(codeIn({ text: sendgrid.accepted[0]?.content[0]?.value ?? "" }), /^\d{4} \d{4}$/);
  t.equal(smtp.mails.length, 0);

  sendgrid.next({ status: 401, body: { errors: [{ message: `no, not to ${to}`, field: null, help: null }] } });
  const second = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, second, "email");
  const { mail } = await smtp.mailTo(to);
  const answer = await verify(run, second, asked.json.challengeId, codeIn({ text: mail.text ?? "" }));
  t.equal(answer.json.next, "password");
  t.equal((await setPassword(run, second, "plum violin harbour tuesday")).status, 204);
  await run.settled();

  t.notMatch(run.logs.join("\n"), to);
  t.notMatch(run.logs.join("\n"), SENDGRID_KEY);
  const metrics = (await run.call("GET", "/metrics")).text;
  for (const [provider, outcome, count] of [
    ["sendgrid", "accepted", 2],
    ["sendgrid", "unauthorized", 1],
    ["smtp", "accepted", 1],
  ])
    t.match(metrics, `rekey_messages_total{channel="email",provider="${provider}",outcome="${outcome}"} ${count}`);
});
