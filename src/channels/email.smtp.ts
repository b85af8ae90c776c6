import nodemailer from "nodemailer";
import type { Secret } from "../kit/secret.ts";
import type { EmailChannel } from "../messages/message.ts";

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
      // The address as an object: nothing in it is parsed as a list (attacks A16).
      await transport.sendMail({
        from,
        to: { name: "", address: to },
        subject,
        text,
        html,
        headers: { "Auto-Submitted": "auto-generated" },
      });
    },
    close: () => transport.close(),
  };
}
