import nodemailer from "nodemailer";
import type { Secret } from "../kit/secret.ts";
import { DeliveryFailure } from "../messages/delivery-failure.ts";
import type { EmailChannel } from "../messages/message.ts";
import { failureOfCall } from "./http-failure.ts";

export interface SmtpChannel extends EmailChannel {
  close(): void;
}

const TIMEOUT_MS = 10_000;

/**
 * SMTP with a small pool. `smtps://` is TLS from the first byte; `smtp://` demands STARTTLS, except to this very machine, so that no
 * code crosses a network in clear (security.md T03). Envelope sender and From are always the configured one (attacks A10).
 */
export function createSmtpChannel(url: Secret, from: string): SmtpChannel {
  const { protocol, hostname, port, username, password } = new URL(url.reveal());
  const loopback = hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
  const secure = protocol === "smtps:";
  const transport = nodemailer.createTransport({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !loopback,
    ...(username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    pool: true,
    maxConnections: 3,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: 2 * TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text, html }) {
      try {
        // The address as an object: nothing in it is parsed as a list (attacks A16).
        await transport.sendMail({
          from,
          to: { name: "", address: to },
          subject,
          text,
          html,
          headers: { "Auto-Submitted": "auto-generated" },
        });
      } catch (error) {
        throw failureOf(error);
      }
    },
    close: () => transport.close(),
  };
}

/** What nodemailer tells of a failure. Its message repeats the server's, and that the address. */
interface SmtpError {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

function failureOf(error: unknown): DeliveryFailure {
  const { code, command, responseCode, response = "" } = error as SmtpError;
  if (code === "EAUTH") return new DeliveryFailure("smtp", "unauthorized", responseCode === undefined ? {} : { code: responseCode });
  if (responseCode === undefined) return failureOfCall("smtp", error);
  if (command === "RCPT TO" && isNoMailbox(responseCode, response)) return new DeliveryFailure("smtp", "refused", { code: responseCode });
  return new DeliveryFailure("smtp", responseCode < 500 ? "unavailable" : "rejected", { code: responseCode });
}

/**
 * No such mailbox, or one that is closed. The enhanced code is about the address only as 5.1.x and 5.2.1 (RFC 3463 §3.2, §3.3): 550 is
 * also said by relays that do not know *us*.
 */
function isNoMailbox(responseCode: number, response: string): boolean {
  const [, enhanced] = /^5\d\d[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  return enhanced === undefined ? [550, 551, 553].includes(responseCode) : /^5\.1\.|^5\.2\.1$/.test(enhanced);
}
