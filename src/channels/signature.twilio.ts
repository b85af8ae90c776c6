import twilio from "twilio";
import type { Secret } from "../kit/secret.ts";

/** Did Twilio send this? @param url as it was given to Twilio @param fields of the form, as they came */
export type IsGenuine = (signature: string | undefined, url: string, fields: Readonly<Record<string, unknown>>) => boolean;

/** `X-Twilio-Signature`, judged by Twilio's own validator. The key is the account's token, also where calls are made with an API key. */
export function createTwilioSignature(authToken: Secret): IsGenuine {
  return (signature, url, fields) => {
    if (signature === undefined || !Object.values(fields).every(isText)) return false;
    return twilio.validateRequest(authToken.reveal(), signature, url, { ...fields });
  };
}

/** A field that is sent twice is a list. */
function isText(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every((one) => typeof one === "string"));
}
