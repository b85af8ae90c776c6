import { writeCallScript } from "../channels/call-script.twilio.ts";
import { createTwilioClient } from "../channels/rest-client.twilio.ts";
import { createTwilioSignature, type IsGenuine } from "../channels/signature.twilio.ts";
import { createTwilioText } from "../channels/text.twilio.ts";
import { createTwilioVoice } from "../channels/voice.twilio.ts";
import { callUrl } from "../channels/voice-call.http.ts";
import type { Clock } from "../kit/clock.ts";
import type { CallScript } from "../messages/call-script.ts";
import type { TextChannel, VoiceChannel } from "../messages/message.ts";
import type { TwilioConfig } from "./provider-config.ts";

export interface PhoneChannels {
  readonly text: TextChannel;
  /** `null` where no call can be made or answered: without a number to call from, or without the token that Twilio signs with. */
  readonly voice: VoiceChannel | null;
  readonly calls: { readonly isGenuine: IsGenuine; readonly write: (script: CallScript) => string } | null;
}

/** Text messages and calls by Twilio. */
export function composePhoneChannels(config: TwilioConfig, publicUrl: string, clock: Clock): PhoneChannels {
  const { sender, authToken } = config;
  const client = createTwilioClient({ ...config, clock });
  const text = createTwilioText(client, sender);
  if (!("from" in sender) || authToken === null) return { text, voice: null, calls: null };
  return {
    text,
    voice: createTwilioVoice(client, { from: sender.from, urlOf: (ticket) => callUrl(publicUrl, ticket) }),
    calls: { isGenuine: createTwilioSignature(authToken), write: writeCallScript },
  };
}
