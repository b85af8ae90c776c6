import { createHmac, randomBytes } from "node:crypto";
import type { Test } from "tap";
import { type Call, type Emulator, type Reply, startEmulator } from "./emulator.ts";
import { type ReadScript, readScript } from "./twiml.ts";

export const ACCOUNT_SID = "AC00000000000000000000000000000001";
export const AUTH_TOKEN = "emulated-auth-token";
export const FROM = "+15005550006";

export interface TwilioEmulator extends Emulator {
  /** Accepted requests as their form fields, oldest first. */
  readonly messages: readonly Record<string, string>[];
  readonly phoneCalls: readonly Record<string, string>[];
}

const MESSAGE_FIELDS = ["To", "From", "MessagingServiceSid", "Body"];
const CALL_FIELDS = ["To", "From", "Url", "Method", "Timeout", "TimeLimit", "Record"];
const E164 = /^\+[1-9]\d{6,14}$/;

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Twilio's `Messages.json` and `Calls.json`: path, Basic authentication and the fields of the form are checked; 201 with the resource. */
export async function startTwilio(
  t: Test,
  credentials: Credentials = { username: ACCOUNT_SID, password: AUTH_TOKEN },
): Promise<TwilioEmulator> {
  const messages: Record<string, string>[] = [];
  const phoneCalls: Record<string, string>[] = [];
  const emulator = await startEmulator(t, {
    judge: (call) => judge(call, credentials),
    accept({ path, body }) {
      const fields = Object.fromEntries(new URLSearchParams(body));
      const isCall = path.endsWith("/Calls.json");
      (isCall ? phoneCalls : messages).push(fields);
      return { status: 201, body: resource(isCall ? "CA" : "SM", fields) };
    },
  });
  return { ...emulator, messages, phoneCalls };
}

function judge(call: Call, { username, password }: Credentials): Reply | null {
  const [, account, kind] = /^\/2010-04-01\/Accounts\/(AC\w+)\/(Messages|Calls)\.json$/.exec(call.path) ?? [];
  if (call.method !== "POST" || account !== ACCOUNT_SID) return complain(404, 20404, `The requested resource ${call.path} was not found`);
  const basic = Buffer.from(`${username}:${password}`).toString("base64");
  if (call.headers.authorization !== `Basic ${basic}`) return complain(401, 20003, "Authenticate");
  const fields = Object.fromEntries(new URLSearchParams(call.body));
  return kind === "Messages" ? judgeMessage(call, fields) : judgeCall(call, fields);
}

function judgeMessage(call: Call, fields: Record<string, string>): Reply | null {
  const common = judgeForm(call, fields, MESSAGE_FIELDS);
  if (common !== null) return common;
  if ((fields.From === undefined) === (fields.MessagingServiceSid === undefined))
    return complain(400, 21603, "A 'From' phone number is required.");
  if ((fields.Body ?? "") === "") return complain(400, 21602, "Message body is required.");
  return (fields.Body ?? "").length > 1600 ? complain(400, 21617, "The concatenated message body exceeds the 1600 character limit") : null;
}

function judgeCall(call: Call, fields: Record<string, string>): Reply | null {
  const common = judgeForm(call, fields, CALL_FIELDS);
  if (common !== null) return common;
  if (!E164.test(fields.From ?? "")) return complain(400, 21213, "No 'From' number is specified");
  if (!URL.canParse(fields.Url ?? "")) return complain(400, 21205, "Url is not a valid URL");
  if (!["GET", "POST"].includes(fields.Method ?? "POST")) return complain(400, 21207, "Invalid Method");
  return /^\d+$/.test(fields.Timeout ?? "60") && /^\d+$/.test(fields.TimeLimit ?? "60") ? null : complain(400, 21208, "Invalid Timeout");
}

function judgeForm({ headers }: Call, fields: Record<string, string>, known: readonly string[]): Reply | null {
  if (!headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return complain(400, 20001, "Content-Type");
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) return complain(400, 20001, `Unknown parameters: ${unknown}`);
  return E164.test(fields.To ?? "") ? null : complain(400, 21211, `The 'To' number ${fields.To} is not a valid phone number.`);
}

export function complain(status: number, code: number, message: string): Reply {
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}

function resource(prefix: string, { To, From, Body }: Record<string, string>) {
  const sid = `${prefix}${randomBytes(16).toString("hex")}`;
  return {
    sid,
    account_sid: ACCOUNT_SID,
    to: To,
    from: From ?? null,
    body: Body ?? null,
    status: "queued",
    date_created: null,
    uri: `/${sid}.json`,
  };
}

/** The signature as Twilio's documents describe it: HMAC-SHA-1 over the address and the fields, sorted and joined. */
export function sign(url: string, fields: Readonly<Record<string, string>>, token = AUTH_TOKEN): string {
  const names = Object.keys(fields).sort();
  return createHmac("sha1", token)
    .update(names.reduce((text, name) => `${text}${name}${fields[name]}`, url))
    .digest("base64");
}

/** Twilio's side of a call that was picked up: it asks what to say, and asks again with a key. */
export async function fetchScript(
  call: Readonly<Record<string, string>>,
  extra: Readonly<Record<string, string>> = {},
): Promise<ReadScript> {
  const { Url: url = "", To = "", From = "" } = call;
  const fields = {
    AccountSid: ACCOUNT_SID,
    ApiVersion: "2010-04-01",
    CallSid: "CA1",
    CallStatus: "in-progress",
    Direction: "outbound-api",
    From,
    To,
    ...extra,
  };
  const answer = await fetch(url, {
    method: "POST",
    headers: { "x-twilio-signature": sign(url, fields), "i-twilio-idempotency-token": "1" },
    body: new URLSearchParams(fields),
  });
  if (answer.status !== 200) throw new Error(`the call was answered ${answer.status}: ${await answer.text()}`);
  return readScript(await answer.text());
}
