import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import type { Test } from "tap";
import { until } from "./waiting.ts";

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the wire. */
  readonly raw: string;
  readonly mail: Email;
}

export interface MailServer {
  /** What to put into SMTP_URL. */
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** What it answers to RCPT TO from now on; `null`: it accepts. */
  refuse(reply: { readonly code: number; readonly message: string } | null): void;
  /** While on, RCPT TO gets no answer at all: whoever asks waits. */
  hold(on: boolean): void;
  /** Recipients that it was asked about, refused ones too. */
  readonly asked: readonly string[];
  /** The newest mail to an address that came after `known` mails, once it is there. */
  mailTo(to: string, known?: number): Promise<ReceivedMail>;
  /** Closes the port; everything after is refused a connection. */
  stop(): Promise<void>;
}

/** A real SMTP server on loopback that keeps what it receives. */
export async function startMailServer(t: Pick<Test, "teardown">): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const asked: string[] = [];
  let held = false;
  let reply: { code: number; message: string } | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onRcptTo({ address }, _session, done) {
      asked.push(address);
      if (held) return;
      done(reply === null ? null : Object.assign(new Error(reply.message.replace("{to}", address)), { responseCode: reply.code }));
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const raw = Buffer.concat(chunks);
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ from, to, raw: raw.toString(), mail: await PostalMime.parse(raw) });
        done();
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const stop = () => new Promise<void>((resolve) => server.close(resolve));
  t.teardown(stop);
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    asked,
    hold: (on) => {
      held = on;
    },
    refuse: (next) => {
      reply = next;
    },
    async mailTo(to, known = 0) {
      const toThem = () => mails.filter((mail) => mail.to.includes(to));
      await until(async () => toThem().length > known);
      return toThem().at(-1) as ReceivedMail;
    },
    stop,
  };
}
