import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import t, { type Test } from "tap";
import { createSmtpChannel } from "../../src/channels/email.smtp.ts";
import { Secret } from "../../src/kit/secret.ts";
import { startMailServer } from "../journeys/mail-server.ts";
import { failureOf, keepsSilent } from "./failures.ts";

const MAIL = { to: "henrik.dahl@private.example", subject: "Your code", text: "1234 5678", html: "<p>1234 5678</p>" };
const FROM = "Rekey <no-reply@contoso.example>";

function channelTo(t: Test, url: string) {
  const channel = createSmtpChannel(new Secret(url), FROM);
  t.teardown(() => channel.close());
  return channel;
}

t.test("the password goes out decoded, and a wrong one is told apart", async (t) => {
  const users: string[] = [];
  const server = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    onAuth({ username = "", password }, _session, done) {
      if (password !== "pass:word") return done(new Error(`wrong password of ${username}`));
      users.push(username);
      return done(null, { user: username });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  t.teardown(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  await channelTo(t, `smtp://rekey:pass%3Aword@127.0.0.1:${port}`).send(MAIL);
  t.strictSame(users, ["rekey"]);
  const wrong = await failureOf(channelTo(t, `smtp://rekey:guess@127.0.0.1:${port}`).send(MAIL));
  t.equal(wrong.fault, "unauthorized");
  keepsSilent(t, wrong, MAIL.to, "guess", "wrong password");
});

t.test("what each refusal means", async (t) => {
  const smtp = await startMailServer(t);
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
    smtp.refuse({ code, message: words });
    const failure = await failureOf(channel.send(MAIL));
    t.strictSame([failure.fault, failure.details.code], [fault, code], words);
    keepsSilent(t, failure, MAIL.to, "1234 5678", "no such user");
  }
  smtp.refuse(null);
  await channel.send(MAIL);
  t.equal(smtp.mails.length, 1, "and then it goes through");
});

t.test("nobody there", async (t) => {
  const nobody = await failureOf(channelTo(t, "smtp://127.0.0.1:1").send(MAIL));
  t.equal(nobody.fault, "unavailable");
  keepsSilent(t, nobody, MAIL.to, "1234 5678");
});
