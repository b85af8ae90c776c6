import type { VoiceChannel } from "../messages/message.ts";
import { handOver, type TwilioClient } from "./rest-client.twilio.ts";

export interface TwilioVoiceOptions {
  /** A number of ours, E.164. */
  readonly from: string;
  /** Where Twilio asks what the call with this ticket says. */
  readonly urlOf: (ticket: string) => string;
}

/** Seconds of ringing; most mailboxes pick up later. */
const RING_SECONDS = 25;
/** Seconds in all: the prompt twice and the code twice take less than two minutes. A key that is pressed for ever ends there. */
const LONGEST_CALL_SECONDS = 240;

/**
 * Calls by Twilio (`POST /2010-04-01/Accounts/{sid}/Calls.json`). What is said is not in the request: Twilio fetches it from us when
 * somebody has answered.
 */
export function createTwilioVoice(client: TwilioClient, { from, urlOf }: TwilioVoiceOptions): VoiceChannel {
  return {
    send: ({ to, ticket }) =>
      handOver(() =>
        client.calls.create({
          to,
          from,
          url: urlOf(ticket),
          method: "POST",
          timeout: RING_SECONDS,
          timeLimit: LONGEST_CALL_SECONDS,
          record: false,
        }),
      ),
  };
}
