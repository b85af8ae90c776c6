import type { EnvironmentReader } from "../kit/environment-reader.ts";
import { Secret } from "../kit/secret.ts";

export interface SendGridConfig {
  readonly apiKey: Secret;
  /** No trailing slash. */
  readonly baseUrl: string;
}

export interface TwilioConfig {
  readonly accountSid: string;
  /** What calls to Twilio are made with: the account's id and token, or an API key and its secret. */
  readonly username: string;
  readonly password: Secret;
  /** What Twilio's calls to us are signed with, also beside an API key; without it a call cannot be answered. */
  readonly authToken: Secret | null;
  readonly sender: { readonly from: string } | { readonly messagingServiceSid: string };
  /** No trailing slash. */
  readonly baseUrl: string;
}

type Reader = Pick<EnvironmentReader, "text" | "secret">;

/** SendGrid as the environment has it; `null` where there is no key. Mistakes are added to the list. */
export function readSendGrid(read: Reader, production: boolean, mistakes: string[]): SendGridConfig | null {
  const apiKey = read.secret("SENDGRID_API_KEY");
  const baseUrl = readBaseUrl(read, "SENDGRID_BASE_URL", "https://api.sendgrid.com", production, mistakes);
  if (apiKey !== null) return { apiKey: new Secret(apiKey), baseUrl };
  if (read.text("SENDGRID_BASE_URL") !== null) mistakes.push("SENDGRID_BASE_URL needs SENDGRID_API_KEY.");
  return null;
}

const SECRETS = ["TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET"] as const;
const OTHERS = ["TWILIO_ACCOUNT_SID", "TWILIO_FROM", "TWILIO_MESSAGING_SERVICE_SID", "TWILIO_BASE_URL"] as const;
type Name = (typeof SECRETS | typeof OTHERS)[number];

/** Twilio as the environment has it; `null` where none of its variables is set. Half a configuration is a mistake. */
export function readTwilio(reader: Reader, production: boolean, mistakes: string[]): TwilioConfig | null {
  const secrets = SECRETS.map((name) => [name, reader.secret(name)] as const);
  const values = Object.fromEntries([...secrets, ...OTHERS.map((name) => [name, reader.text(name)])]) as Record<Name, string | null>;
  if (Object.values(values).every((value) => value === null)) return null;
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_API_KEY: apiKey, TWILIO_API_SECRET: apiSecret } = values;
  if (accountSid === null) mistakes.push("TWILIO_ACCOUNT_SID is not set: Twilio's other variables need it.");
  else if (!/^AC\w+$/.test(accountSid))
    mistakes.push("TWILIO_ACCOUNT_SID must begin with AC; a key that begins with SK is TWILIO_API_KEY.");
  if ((apiKey === null) !== (apiSecret === null))
    mistakes.push("TWILIO_API_KEY and TWILIO_API_SECRET belong together: one of them is not set.");
  if (authToken === null && apiKey === null && apiSecret === null)
    mistakes.push("TWILIO_AUTH_TOKEN is not set, nor are TWILIO_API_KEY and TWILIO_API_SECRET: Twilio needs the one or the others.");
  const [username, password] = apiKey === null || apiSecret === null ? [accountSid, authToken] : [apiKey, apiSecret];
  return {
    accountSid: accountSid ?? "",
    username: username ?? "",
    password: new Secret(password ?? ""),
    authToken: authToken === null ? null : new Secret(authToken),
    sender: readSender(values, mistakes),
    baseUrl: readBaseUrl(reader, "TWILIO_BASE_URL", "https://api.twilio.com", production, mistakes),
  };
}

function readSender(
  values: Record<"TWILIO_FROM" | "TWILIO_MESSAGING_SERVICE_SID", string | null>,
  mistakes: string[],
): TwilioConfig["sender"] {
  const { TWILIO_FROM: from, TWILIO_MESSAGING_SERVICE_SID: messagingServiceSid } = values;
  if (from !== null && messagingServiceSid !== null)
    mistakes.push("TWILIO_FROM and TWILIO_MESSAGING_SERVICE_SID exclude each other: set one of them.");
  if (from === null && messagingServiceSid === null)
    mistakes.push("TWILIO_FROM is not set, nor is TWILIO_MESSAGING_SERVICE_SID: text messages need a sender.");
  if (from !== null && !/^\+[1-9]\d{6,14}$/.test(from)) mistakes.push("TWILIO_FROM must be a number in E.164: +46700000000.");
  if (messagingServiceSid !== null && !/^MG\w+$/.test(messagingServiceSid))
    mistakes.push("TWILIO_MESSAGING_SERVICE_SID must begin with MG.");
  return messagingServiceSid === null ? { from: from ?? "" } : { messagingServiceSid };
}

/** The key goes to this address, so in production it is encrypted unless it never leaves the machine. */
function readBaseUrl(read: Reader, name: string, fallback: string, production: boolean, mistakes: string[]): string {
  const text = read.text(name) ?? fallback;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "" || url.hash !== "")
    mistakes.push(`${name} must be a URL like ${fallback}.`);
  else if (production && url.protocol === "http:" && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname))
    mistakes.push(`${name} must be https in production.`);
  return text.replace(/\/+$/, "");
}
