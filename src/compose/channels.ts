import { join } from "node:path";
import { createSmtpChannel } from "../channels/email.smtp.ts";
import { createOutbox, type Outbox } from "../channels/messages.outbox.ts";
import type { Config } from "../config.ts";
import type { Clock } from "../kit/clock.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { ChallengeMethod } from "../methods/method.ts";

export interface Channels {
  readonly email: EmailChannel;
  readonly text: TextChannel;
  /** Stands in where no provider is configured; `null` in production. */
  readonly outbox: Outbox | null;
  /** The challenge methods that this installation can carry out. */
  readonly deliverable: ReadonlySet<ChallengeMethod>;
  close(): void;
}

/** The ways out to a person, as configured. What nobody can deliver is never offered. */
export function composeChannels(config: Config, clock: Clock): Channels {
  const outbox = config.production ? null : createOutbox(join(config.dataDir, "outbox"), clock);
  const smtp = config.smtpUrl === null ? null : createSmtpChannel(config.smtpUrl, config.mailFrom);
  const email = smtp ?? outbox?.email;
  const text = outbox?.text;
  const deliverable = new Set<ChallengeMethod>(["authenticatorApp"]);
  if (email !== undefined) deliverable.add("email");
  if (text !== undefined) deliverable.add("sms");
  return { email: email ?? noChannel("email"), text: text ?? noChannel("text message"), outbox, deliverable, close: () => smtp?.close() };
}

/** No method that would need it is offered; should a job come here all the same, it fails visibly. */
function noChannel(kind: string) {
  return {
    async send(): Promise<void> {
      throw new Error(`no ${kind} provider is configured`);
    },
  };
}
