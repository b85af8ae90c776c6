import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import type { Test } from "tap";
import { Secret } from "../../src/kit/secret.ts";

export interface SmtpEmulator {
  readonly url: Secret;
  readonly accepted: readonly { readonly from: string; readonly to: readonly string[]; readonly mail: Email }[];
  /** What the next recipient is refused with: code and words. */
  refuse(code: number, words: string): void;
}

/** A mail server on loopback, which may ask for a password. */
export async function startSmtp(t: Test, password?: string): Promise<SmtpEmulator> {
  const accepted: { from: string; to: string[]; mail: Email }[] = [];
  const refusals: { code: number; words: string }[] = [];
  const server = new SMTPServer({
    authOptional: password === undefined,
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    onAuth: (auth, _session, callback) =>
      auth.password === password ? callback(null, { user: "rekey" }) : callback(new Error(`Wrong password of ${auth.username}`)),
    onRcptTo(_address, _session, callback) {
      const refusal = refusals.shift();
      callback(refusal === undefined ? null : Object.assign(new Error(refusal.words), { responseCode: refusal.code }));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? "" : mailFrom.address;
        accepted.push({ from, to: rcptTo.map(({ address }) => address), mail: await PostalMime.parse(Buffer.concat(chunks)) });
        callback();
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  t.teardown(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  const user = password === undefined ? "" : `rekey:${password}@`;
  return { url: new Secret(`smtp://${user}127.0.0.1:${port}`), accepted, refuse: (code, words) => void refusals.push({ code, words }) };
}
