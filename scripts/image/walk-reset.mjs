// A whole reset from outside: an operator's commands, an application's calls, a person's, and the mail that comes.
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { SMTPServer } from "smtp-server";

const DOMAIN = "northwind.test";
const NAME = `tove@${DOMAIN}`;
const MAIL_WITHIN_MS = 10_000;

/** An SMTP server on loopback: `mails` is what came, as it came. */
export async function startMailSink() {
  const mails = [];
  const sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData(stream, _session, done) {
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", () => {
        mails.push(Buffer.concat(chunks).toString());
        done();
      });
    },
  });
  sink.listen(0, "127.0.0.1");
  await once(sink.server, "listening");
  return { mails, url: `smtp://127.0.0.1:${sink.server.address().port}`, stop: () => new Promise((resolve) => sink.close(resolve)) };
}

/**
 * @param {{ base: string, mail: { mails: string[] }, rekey: (args: string[]) => Promise<string> }} installation
 * @throws with the answer that was not the right one
 */
export async function walkReset({ base, mail, rekey }) {
  await rekey(["tenants", "create", "--domain", DOMAIN, "--name", "Northwind", "--admin", `ylva@${DOMAIN}`, "--json"]);
  const app = JSON.parse(
    await rekey(["apps", "create", "--tenant", DOMAIN, "--name", "Check", "--scope", "users:write methods:write", "--json"]),
  );
  const call = async (status, method, path, body, headers = {}) => {
    const type = typeof body === "string" ? "application/x-www-form-urlencoded" : "application/json";
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await fetch(base + path, { method, headers: { "content-type": type, ...headers }, body: text });
    const content = await answer.text();
    if (answer.status !== status) throw new Error(`${method} ${path} answered ${answer.status}: ${content}`);
    return content === "" ? null : JSON.parse(content);
  };
  const basic = Buffer.from(`${app.clientId}:${app.clientSecret}`).toString("base64");
  const { access_token: token } = await call(200, "POST", "/oauth/token", "grant_type=client_credentials", {
    authorization: `Basic ${basic}`,
  });
  const person = { userPrincipalName: NAME, displayName: "Tove", methods: [{ type: "email", value: "tove@home.test" }] };
  const imported = await call(202, "POST", "/v1/users/import", JSON.stringify(person), {
    authorization: `Bearer ${token}`,
    "content-type": "application/x-ndjson",
  });
  if (imported.created !== 1) throw new Error(`The import answered ${JSON.stringify(imported)}.`);

  const reset = await call(201, "POST", "/v1/password-resets", { userPrincipalName: NAME });
  const own = { authorization: `Bearer ${reset.token}` };
  const path = `/v1/password-resets/${reset.id}`;
  const { challengeId } = await call(202, "POST", `${path}/challenges`, { method: "email" }, own);
  const code = await codeFrom(mail.mails);
  await call(200, "POST", `${path}/challenges/${challengeId}/verify`, { code }, own);
  await call(204, "POST", `${path}/password`, { newPassword: "plum violin harbour tuesday" }, own);
}

async function codeFrom(mails) {
  for (const end = performance.now() + MAIL_WITHIN_MS; performance.now() < end; await pause(50)) {
    const code =
      /^\s*(\d{4} ?\d{4})\s*$/m.exec(mails[0] ?? "") ??
      /\b(\d{4} \d{4}|\d{8})\b/.exec((mails[0] ?? "").split("\r\n\r\n").slice(1).join("\n"));
    if (code) return code[1];
  }
  throw new Error(`No mail with a code came within ${MAIL_WITHIN_MS / 1000} seconds.`);
}
