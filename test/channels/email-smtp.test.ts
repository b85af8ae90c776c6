import t, { type Test } from "tap";
import { createSmtpChannel } from "../../src/channels/email.smtp.ts";
import { Secret } from "../../src/kit/secret.ts";
import { failureOf, keepsSilent } from "./failures.ts";
import { startSmtp } from "./smtp-emulator.ts";

const MAIL = { to: "henrik.dahl@private.example", subject: "Your code", text: "1234 5678", html: "<p>1234 5678</p>" };
const FROM = "Rekey <no-reply@contoso.example>";

function channelTo(t: Test, url: Secret) {
  const channel = createSmtpChannel(url, FROM);
  t.teardown(() => channel.close());
  return channel;
}

t.test("one recipient, the configured sender, both forms of the text", async (t) => {
  const smtp = await startSmtp(t, "pass:word");
  await channelTo(t, new Secret(smtp.url.reveal().replace("pass:word", "pass%3Aword"))).send(MAIL);
  const [{ from, to, mail } = t.fail("nothing came") as never] = smtp.accepted;
  t.strictSame([from, to], ["no-reply@contoso.example", [MAIL.to]]);
  t.match(mail, { subject: MAIL.subject, text: /1234 5678/, html: /<p>1234 5678<\/p>/ });
  t.equal(mail.headers.find(({ key }) => key === "auto-submitted")?.value, "auto-generated");
});

t.test("what each refusal means", async (t) => {
  const smtp = await startSmtp(t);
  const channel = channelTo(t, smtp.url);
  const cases = [
    [550, `5.1.1 <${MAIL.to}> no such user`, "refused"],
    [550, `<${MAIL.to}> is unknown here`, "refused"],
    [550, "5.2.1 mailbox disabled", "refused"],
    [550, "5.7.1 relaying denied", "rejected"],
    [552, "5.2.2 mailbox full", "rejected"],
    [451, "4.3.0 try again later", "unavailable"],
    [450, "4.2.0 greylisted", "unavailable"],
  ] as const;
  for (const [code, words, fault] of cases) {
    smtp.refuse(code, words);
    const failure = await failureOf(channel.send(MAIL));
    t.strictSame([failure.fault, failure.details.code], [fault, code], words);
    keepsSilent(t, failure, MAIL.to, "1234 5678", "no such user");
  }
  await channel.send(MAIL);
  t.equal(smtp.accepted.length, 1, "and then it goes through");
});

t.test("a wrong password, nobody there", async (t) => {
  const smtp = await startSmtp(t, "right");
  const wrong = await failureOf(channelTo(t, new Secret(smtp.url.reveal().replace("right", "wrong"))).send(MAIL));
  t.equal(wrong.fault, "unauthorized");
  keepsSilent(t, wrong, MAIL.to, "wrong", "rekey:");
  const nobody = await failureOf(channelTo(t, new Secret("smtp://127.0.0.1:1")).send(MAIL));
  t.equal(nobody.fault, "unavailable");
  keepsSilent(t, nobody, MAIL.to, "1234 5678");
});
