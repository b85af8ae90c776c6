import twilio from "twilio";
import type { Language } from "../kit/language.ts";
import type { CallScript, CallStep } from "../messages/call-script.ts";

type Say = NonNullable<Parameters<InstanceType<typeof twilio.twiml.VoiceResponse>["say"]>[0]>;
type SpokenLanguage = Extract<Say, { language?: unknown }>["language"];

const SPOKEN: Readonly<Record<Language, NonNullable<SpokenLanguage>>> = { en: "en-GB", sv: "sv-SE" };

/** Seconds after the words for which a key is waited for. */
const KEY_WAIT_SECONDS = 8;

/** What a call says, as TwiML. Without `action` Twilio asks the same address again, with the key in `Digits`. */
export function writeCallScript({ language, untilKey, steps }: CallScript): string {
  const response = new twilio.twiml.VoiceResponse();
  if (untilKey.length > 0)
    speak(response.gather({ input: ["dtmf"], numDigits: 1, timeout: KEY_WAIT_SECONDS, method: "POST" }), untilKey, language);
  speak(response, steps, language);
  response.hangup();
  return response.toString();
}

interface Speaker {
  say(attributes: { language: NonNullable<SpokenLanguage> }, message: string): unknown;
  pause(attributes: { length: number }): unknown;
}

function speak(speaker: Speaker, steps: readonly CallStep[], language: Language): void {
  for (const step of steps) {
    if ("say" in step) speaker.say({ language: SPOKEN[language] }, step.say);
    else speaker.pause({ length: step.pauseSeconds });
  }
}
