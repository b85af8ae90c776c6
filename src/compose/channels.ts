import { join } from "node:path";
import { createSmtpChannel } from "../channels/email.smtp.ts";
import { createFallback, type Provider } from "../channels/fallback.ts";
import { createOutbox, type Outbox } from "../channels/messages.outbox.ts";
import type { Config } from "../config.ts";
import type { Clock } from "../kit/clock.ts";
import type { DeliveryFault } from "../messages/delivery-failure.ts";
import type { Channel, EmailChannel, EmailMessage, TextChannel, VoiceChannel } from "../messages/message.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { PhoneChannels } from "./phone-channels.ts";

export interface Channels {
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly voice: VoiceChannel;
  /** Present where it stands in for a provider; never in production. */
  readonly outbox: Outbox | null;
  /** Present where calls go through Twilio, which asks us what they say. */
  readonly calls: PhoneChannels["calls"] | null;
  /** The challenge methods that this installation can carry out. */
  readonly deliverable: ReadonlySet<ChallengeMethod>;
  close(): void;
}

/** How each hand-over to a provider ended. */
export type CountSend = (channel: "email" | "sms" | "voice", provider: string, outcome: "accepted" | DeliveryFault) => void;

interface Options {
  readonly config: Config;
  readonly clock: Clock;
  readonly count: CountSend;
}

/** The ways out to a person, as configured. What nobody can deliver is never offered. */
export async function composeChannels({ config, clock, count }: Options): Promise<Channels> {
  const noting = (channel: Parameters<CountSend>[0]) => ({
    clock,
    note: (provider: string, outcome: "accepted" | DeliveryFault) => count(channel, provider, outcome),
  });
  const smtp = config.smtpUrl === null ? null : createSmtpChannel(config.smtpUrl, config.mailFrom);
  const email = [...(await sendGrid(config, clock)), ...(smtp === null ? [] : [{ name: "smtp", channel: smtp }])];
  // The providers' client takes 30 MB of memory: only where it is needed is it loaded.
  const phone =
    config.twilio === null ? null : (await import("./phone-channels.ts")).composePhoneChannels(config.twilio, config.publicUrl, clock);
  const outbox = config.production ? null : createOutbox(join(config.dataDir, "outbox"), clock);
  const through = <M>(kind: "email" | "sms" | "voice", providers: readonly Provider<M>[]): Channel<M> | null =>
    providers.length === 0 ? null : createFallback(providers, noting(kind));
  const ways = {
    email: through("email", email),
    text: through("sms", phone === null ? [] : [{ name: "twilio", channel: phone.text }]),
    voice: through("voice", phone?.voice === null || phone === null ? [] : [{ name: "twilio", channel: phone.voice }]),
  };
  const standsIn = Object.values(ways).includes(null);
  return {
    email: ways.email ?? outbox?.email ?? noChannel("email"),
    text: ways.text ?? outbox?.text ?? noChannel("text message"),
    voice: ways.voice ?? outbox?.voice ?? noChannel("voice"),
    outbox: standsIn ? outbox : null,
    calls: phone?.calls ?? null,
    deliverable: deliverable(ways, outbox !== null),
    close: () => smtp?.close(),
  };
}

async function sendGrid({ sendGrid: settings, mailFrom: from }: Config, clock: Clock): Promise<Provider<EmailMessage>[]> {
  if (settings === null) return [];
  const { createSendGridChannel } = await import("../channels/email.sendgrid.ts");
  return [{ name: "sendgrid", channel: createSendGridChannel({ ...settings, from, clock }) }];
}

function deliverable(ways: Readonly<Record<"email" | "text" | "voice", unknown>>, outbox: boolean): ReadonlySet<ChallengeMethod> {
  const needs: readonly [ChallengeMethod, keyof typeof ways][] = [
    ["email", "email"],
    ["sms", "text"],
    ["voice", "voice"],
    ["officePhone", "voice"],
  ];
  const sent = needs.filter(([, way]) => outbox || ways[way] !== null).map(([method]) => method);
  // What the person has or knows needs no provider.
  return new Set<ChallengeMethod>([...sent, "authenticatorApp", "recoveryCode", "securityQuestions"]);
}

/** No method that would need it is offered; should a job come here all the same, it fails visibly. */
function noChannel(kind: string) {
  return {
    async send(): Promise<void> {
      throw new Error(`no ${kind} provider is configured`);
    },
  };
}
