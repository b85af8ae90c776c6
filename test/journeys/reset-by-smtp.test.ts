import t from "tap";
import { password } from "../security/proved-reset.ts";
import { startMailServer } from "./mail-server.ts";
import { startProduct } from "./product.ts";
import { addressOf, challenge, codeIn, proveByMessage, setPassword, signIn, startReset, verify } from "./reset-steps.ts";

const ENV = { PUBLIC_URL: "https://password.contoso.example", MAIL_FROM: "Contoso IT <it@contoso.example>" };

t.test("PostgreSQL, Redis and SMTP: from the first call to the new password, and what was in the mails", async (t) => {
  const server = await startMailServer(t);
  const run = await startProduct(t, { state: "redis", env: { ...ENV, SMTP_URL: server.url } });
  const person = run.person("henrik");
  const to = addressOf(person, "email");
  const reset = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, reset, "email");
  const { mail, raw, ...envelope } = await server.mailTo(to);
  t.same(envelope, { from: "it@contoso.example", to: [to] }, "the envelope");
  t.match(mail.from, { name: "Contoso IT", address: "it@contoso.example" });
  t.match(mail.to, [{ address: to }]);
  t.equal(mail.cc, undefined);
  t.match(mail.subject, "Your code to reset your password");
  const headers = new Map(mail.headers.map(({ key, value }) => [key, value]));
  t.equal(headers.get("auto-submitted"), "auto-generated", "no holiday answers to it");
  t.match(headers.get("message-id"), /^<[^<>\s]+@[^<>\s]+>$/);
  t.match(headers.get("content-type"), /^multipart\/alternative/);
  t.ok(Date.parse(headers.get("date") ?? "") > 0);
  for (const name of ["x-mailer", "x-originating-ip", "list-unsubscribe", "reply-to"]) t.notOk(headers.has(name), name);

  const code = codeIn({ text: mail.text ?? "" });
  t.equal(codeIn({ text: (mail.html ?? "").replace(/<[^>]+>/g, " ").replace(/&#\d+;/g, " ") }), code, "the same code in both parts, once");
  t.notMatch(mail.subject, /\d{4}/, "none where a locked screen shows it");
  t.notMatch(mail.html, /<(img|script|iframe|link|form)|https?:|url\(/i, "nothing to load, nothing to track (I05)");
  t.match(raw, /^Content-Transfer-Encoding: (7bit|quoted-printable|base64)\r$/m);
  t.notMatch(raw, /\P{ASCII}/u, "seven bits on the wire");
  t.ok(raw.split("\r\n").every((line) => line.length <= 998));

  t.equal((await verify(run, reset, asked.json.challengeId, code)).json.next, "password");
  t.equal((await setPassword(run, reset, password(1))).status, 204);
  t.equal((await signIn(run, person.userPrincipalName, password(1))).status, 200);
  const notice = await server.mailTo(to, 1);
  t.match(notice.mail.subject, "Your password was reset");
  t.match(notice.mail.text, /https:\/\/password\.contoso\.example\/l\/\S+/);
  t.notMatch(`${notice.raw}${notice.mail.text}${notice.mail.html}`, password(1));
  await run.settled();
  t.same(
    server.mails.map((each) => each.to),
    [[to], [to]],
    "one mail each",
  );
});

t.test("two gates: the second by text message, and a person's own language and letters", async (t) => {
  const server = await startMailServer(t);
  const run = await startProduct(t, { state: "redis", env: { ...ENV, SMTP_URL: server.url } });
  const admin = run.person("ylva");
  await run.connection.pool.query("update users set preferred_language = 'sv' where upn_key = $1", [admin.userPrincipalName]);
  const reset = await startReset(run, admin.userPrincipalName);
  const asked = await challenge(run, reset, "email");
  const { mail } = await server.mailTo(addressOf(admin, "email"));
  t.match(mail.subject, "Din kod för att återställa ditt lösenord");
  t.match(mail.text, "Hej Ylva,");
  t.match(mail.html, '<html lang="sv">');
  t.equal((await verify(run, reset, asked.json.challengeId, codeIn({ text: mail.text ?? "" }))).json.next, "challenge");
  t.equal((await proveByMessage(run, reset, "sms", addressOf(admin, "mobilePhone"))).next, "password");
  t.equal((await setPassword(run, reset, password(2))).status, 204);
});

t.test("I04 A16: names are words in a mail, whatever they hold", async (t) => {
  const server = await startMailServer(t);
  const run = await startProduct(t, { state: "redis", env: { ...ENV, SMTP_URL: server.url } });
  const person = run.person("henrik");
  const evil = 'X\r\nBcc: all@evil.example\r\n\r\n<img src=x onerror=alert(1)> {account} {0} {{7*7}} "';
  await run.connection.pool.query("update users set given_name = $1, display_name = $1 where upn_key = $2", [
    evil,
    person.userPrincipalName,
  ]);
  await run.connection.pool.query("update tenants set name = $1 where id = $2", [evil, run.demo.tenant.id]);
  const { json: reset } = await run.call("POST", "/v1/password-resets", {
    body: { userPrincipalName: person.userPrincipalName },
    headers: { "user-agent": "Firefox/1.0 <script> (Windows)", "accept-language": "en<b>" },
  });
  await challenge(run, reset, "email");
  const { mail, raw } = await server.mailTo(addressOf(person, "email"));
  t.equal(mail.bcc, undefined);
  t.notMatch(raw.split("\r\n\r\n")[0], /^Bcc/im, "no header was added");
  t.notMatch(mail.html, /<img|<script/, "no element was added");
  t.match(mail.html, "&#60;img", "it is shown as it is");
  t.match(mail.text, "{account} {0} {{7*7}}", "and not read as a sentence of ours");
  t.equal(codeIn({ text: mail.text ?? "" }).replace(" ", "").length, 8);
});
