import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import type { Test } from "tap";

export interface HoldingMailServer {
  readonly url: string;
  /** All that came in whole, answered or not. */
  readonly mails: readonly Email[];
  /** Mails whose sender still waits for the answer. */
  readonly held: readonly Email[];
}

/** A mail server that takes a mail and does not answer, while `hold` says so. */
export async function startHoldingMailServer(t: Test, hold: (mail: Email) => boolean): Promise<HoldingMailServer> {
  const mails: Email[] = [];
  const held: Email[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    logger: false,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const mail = await PostalMime.parse(Buffer.concat(chunks));
        mails.push(mail);
        if (hold(mail)) held.push(mail);
        else done();
      });
    },
  });
  // A sender that was killed breaks its connection off.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => new Promise<void>((resolve) => server.close(resolve)));
  const address = server.server.address();
  return { url: `smtp://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`, mails, held };
}
