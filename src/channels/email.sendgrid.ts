import sendgrid from "@sendgrid/mail";
import type { Clock } from "../kit/clock.ts";
import { SECOND } from "../kit/clock.ts";
import type { Secret } from "../kit/secret.ts";
import { DeliveryFailure } from "../messages/delivery-failure.ts";
import type { EmailChannel, EmailMessage } from "../messages/message.ts";
import { failureOfCall, failureOfStatus } from "./http-failure.ts";

/** The package's types leave out its class and where an instance keeps its client; the default one is shared, and so of no use. */
type Mail = typeof sendgrid & { readonly client: { setDefaultRequest(defaults: object): unknown } };
const { MailService } = sendgrid as unknown as { MailService: new () => Mail };

export interface SendGridOptions {
  readonly apiKey: Secret;
  /** Origin, or with a path in front of `/v3`. No trailing slash. */
  readonly baseUrl: string;
  /** An address, or a name and an address in angle brackets. */
  readonly from: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

/** Somebody waits, and SMTP may stand behind: five seconds are enough. */
const TIMEOUT_MS = 5 * SECOND;
const LONGEST_ANSWER = 1_000_000;

/**
 * Email by SendGrid's API (`POST /v3/mail/send`). One recipient, our own words, and nothing that would follow the reader: no click or
 * open tracking, no categories, no templates or substitutions that a name could reach into (security.md I04, I05).
 */
export function createSendGridChannel({ apiKey, baseUrl, from, clock, timeoutMs = TIMEOUT_MS }: SendGridOptions): EmailChannel {
  const mail = new MailService();
  mail.setApiKey(apiKey.reveal());
  // After the key, which sets the base URL back. An answer that leads elsewhere is none: the key stays with the one it is for.
  mail.client.setDefaultRequest({ baseUrl, timeout: timeoutMs, maxRedirects: 0, maxContentLength: LONGEST_ANSWER });
  const sender = mailboxOf(from);
  return {
    async send(message) {
      try {
        await mail.send(requestOf(message, sender));
      } catch (error) {
        throw failureOf(error, clock.now());
      }
    },
  };
}

function requestOf({ to, subject, text, html }: EmailMessage, from: { email: string; name?: string }) {
  return {
    from,
    personalizations: [{ to: [{ email: to }] }],
    subject,
    content: [
      { type: "text/plain", value: text },
      { type: "text/html", value: html },
    ] as [{ type: string; value: string }, { type: string; value: string }],
    headers: { "Auto-Submitted": "auto-generated" },
    trackingSettings: {
      clickTracking: { enable: false, enableText: false },
      openTracking: { enable: false },
      subscriptionTracking: { enable: false },
      ganalytics: { enable: false },
    },
  };
}

function mailboxOf(from: string): { email: string; name?: string } {
  const [, name = "", email] = /^([^<]*)<([^>]+)>$/.exec(from) ?? [];
  if (email === undefined) return { email: from };
  const plain = name.trim().replace(/^"(.*)"$/, "$1");
  return plain === "" ? { email } : { email, name: plain };
}

interface Answered {
  readonly code: number;
  readonly response: { readonly headers: Readonly<Record<string, unknown>>; readonly body: unknown };
}

function failureOf(error: unknown, now: number): DeliveryFailure {
  if (!isAnswered(error)) return failureOfCall("sendgrid", error);
  const { code, response } = error;
  if (code === 400 && isAboutRecipient(response.body)) return new DeliveryFailure("sendgrid", "refused", { code });
  return failureOfStatus("sendgrid", code, response.headers, now);
}

function isAnswered(error: unknown): error is Answered {
  const { code, response } = error as { code?: unknown; response?: unknown };
  return typeof code === "number" && typeof response === "object" && response !== null;
}

/** Each complaint names the field it is about. Only where all are about the recipient will no other try be better. */
function isAboutRecipient(body: unknown): boolean {
  const { errors } = (body ?? {}) as { errors?: unknown };
  if (!Array.isArray(errors) || errors.length === 0) return false;
  return errors.every((complaint: { field?: unknown }) => /^personalizations\.0\.to\b/.test(String(complaint?.field)));
}
