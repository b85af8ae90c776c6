import { once } from "node:events";
import { SMTPServer } from "smtp-server";

export interface MailSink {
  readonly url: string;
  /** Resolves when a mail with this text has come to this address; it may be there already. */
  received(to: string, text: string): Promise<void>;
  /** Mails so far. */
  count(): number;
  stop(): Promise<void>;
}

/** Takes every mail on loopback and keeps the last one to each address, unread. */
export async function startMailSink(): Promise<MailSink> {
  const waiting = new Map<string, { text: string; come: () => void }>();
  const last = new Map<string, string>();
  let mails = 0;
  const take = (to: string, raw: string) => {
    mails += 1;
    last.set(to, raw);
    const waiter = waiting.get(to);
    if (waiter === undefined || !raw.includes(waiter.text)) return;
    waiting.delete(to);
    waiter.come();
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString("latin1");
        for (const { address } of envelope.rcptTo) take(address, raw);
        done();
      });
    },
  });
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const address = listening.address();
  return {
    url: `smtp://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    received: (to, text) =>
      new Promise((come) => {
        if (last.get(to)?.includes(text)) come();
        else waiting.set(to, { text, come });
      }),
    count: () => mails,
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  };
}
