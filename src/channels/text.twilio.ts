import type { TextChannel } from "../messages/message.ts";
import { handOver, type TwilioClient } from "./rest-client.twilio.ts";

/** Whom a text message comes from: a number of ours (E.164), or a messaging service, which chooses. */
export type TwilioSender = { readonly from: string } | { readonly messagingServiceSid: string };

/** Text messages by Twilio (`POST /2010-04-01/Accounts/{sid}/Messages.json`). */
export function createTwilioText(client: TwilioClient, sender: TwilioSender): TextChannel {
  return { send: ({ to, text }) => handOver(() => client.messages.create({ to, body: text, ...sender })) };
}
