import type { OutboxItem } from "../../src/channels/messages.outbox.ts";
import { type Answer, type StartedProduct, until } from "../journeys/product.ts";

/** Somebody or something that calls in its own name. */
interface Calling {
  call(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Answer>;
}

export function reset(by: Calling, id: string, body: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
  return by.call("POST", `/v1/users/${id}/password-reset`, { body, headers });
}

/** The same, where nothing should stand in its way. */
export async function resetDone(
  by: Calling,
  id: string,
  body: object = {},
): Promise<{ temporaryPassword: string; expiresAt: string | null }> {
  const answer = await reset(by, id, body);
  if (answer.status !== 200) throw new Error(`the reset answered ${answer.status}: ${answer.text}`);
  return answer.json;
}

export async function setPolicy(run: StartedProduct, path: string, value: unknown): Promise<void> {
  await run.connection.pool.query("update tenants set policy = jsonb_set(policy, $1::text[], $2::jsonb)", [
    `{${path}}`,
    JSON.stringify(value),
  ]);
}

export async function mails(run: StartedProduct, to: string, subject: string): Promise<OutboxItem[]> {
  return (await run.outbox()).filter((item) => item.to === to && item.subject?.startsWith(subject) === true);
}

/** The newest mail with this subject, once there are so many. */
export async function mailTo(run: StartedProduct, to: string, subject: string, count = 1): Promise<OutboxItem> {
  let found: OutboxItem[] = [];
  await until(async () => {
    found = await mails(run, to, subject);
    return found.length >= count;
  });
  if (found[0] === undefined) throw new Error("no mail");
  return found[0];
}

export const LINK_SUBJECT = "Choose your new password";
export const linkIn = ({ text }: { text: string }): string => /\/l\/[\w.-]+/.exec(text)?.[0] ?? "";

export function addressOf(person: { contacts: readonly { type: string; value: string }[] }, type = "email"): string {
  return person.contacts.find((contact) => contact.type === type)?.value ?? "";
}

/** What an administrator is shown of the last reset. */
export async function followUp(by: Calling, id: string): Promise<unknown> {
  return (await by.call("GET", `/v1/users/${id}`)).json.temporary;
}
