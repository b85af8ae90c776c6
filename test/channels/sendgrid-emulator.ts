import type { Test } from "tap";
import { type Call, type Emulator, type Reply, startEmulator } from "./emulator.ts";

export const SENDGRID_KEY = "SG.emulated.0123456789";

interface Mail {
  readonly from: { email: string; name?: string };
  readonly subject: string;
  readonly personalizations: readonly { to: readonly { email: string; name?: string }[] }[];
  readonly content: readonly { type: string; value: string }[];
  readonly headers?: Record<string, string>;
  readonly tracking_settings?: Record<string, { enable: boolean }>;
}

export interface SendGridEmulator extends Emulator {
  /** What was accepted, oldest first. */
  readonly accepted: readonly Mail[];
}

/** Fields of the body of Mail Send v3. */
const FIELDS = [
  ...["personalizations", "from", "reply_to", "reply_to_list", "subject", "content", "attachments", "template_id", "headers"],
  ...["categories", "custom_args", "send_at", "batch_id", "asm", "ip_pool_name", "mail_settings", "tracking_settings"],
];
const ADDRESS = /^[^\s@,;<>]+@[^\s@,;<>]+$/;

/** SendGrid's `POST /v3/mail/send`: key, fields and the order of the parts are checked; 202 without a body when all is well. */
export async function startSendGrid(t: Test): Promise<SendGridEmulator> {
  const accepted: Mail[] = [];
  const emulator = await startEmulator(t, {
    judge,
    accept({ body }) {
      accepted.push(JSON.parse(body) as Mail);
      return { status: 202, headers: { "x-message-id": `emulated-${accepted.length}` } };
    },
  });
  return { ...emulator, accepted };
}

function judge({ method, path, headers, body }: Call): Reply | null {
  if (path !== "/v3/mail/send") return complain(404, null, "not found");
  if (method !== "POST") return complain(405, null, "method not allowed");
  if (headers.authorization !== `Bearer ${SENDGRID_KEY}`)
    return complain(401, null, "The provided authorization grant is invalid, expired, or revoked");
  if (!headers["content-type"]?.startsWith("application/json")) return complain(415, null, "Content-Type should be application/json.");
  const mail = JSON.parse(body) as Partial<Mail>;
  const unknown = Object.keys(mail).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) return complain(400, unknown, "Invalid field");
  return judgeMail(mail);
}

function judgeMail({ from, subject, personalizations = [], content = [] }: Partial<Mail>): Reply | null {
  if (!ADDRESS.test(from?.email ?? "")) return complain(400, "from.email", "Does not contain a valid address.");
  if (personalizations.length === 0) return complain(400, "personalizations", "The personalizations field is required");
  for (const [index, { to }] of personalizations.entries()) {
    const wrong = to.findIndex(({ email }) => !ADDRESS.test(email));
    if (to.length === 0 || wrong >= 0)
      return complain(400, `personalizations.${index}.to.${wrong}.email`, "Does not contain a valid address.");
  }
  if ((subject ?? "") === "") return complain(400, "subject", "The subject is required.");
  if (content.length === 0 || content.some(({ value }) => value === ""))
    return complain(400, "content", "The content value must be a string at least one character in length.");
  const types = content.map(({ type }) => type);
  return types.includes("text/plain") && types[0] !== "text/plain" ? complain(400, "content", "text/plain must be first") : null;
}

function complain(status: number, field: string | null, message: string): Reply {
  return { status, body: { errors: [{ message, field, help: null }] } };
}
