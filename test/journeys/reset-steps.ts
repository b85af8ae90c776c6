import type { Test } from "tap";
import type { OutboxItem } from "../../src/channels/messages.outbox.ts";
import { INSTALLATIONS } from "../builders/redis-installation.ts";
import { type Answer, type StartedProduct, type StateKind, until } from "./product.ts";

/** Where calls go and messages come. */
export type Caller = Pick<StartedProduct, "call" | "outbox">;

/** A reset in the hands of a caller of the API. */
export interface Reset {
  readonly id: string;
  readonly token: string;
  readonly supportCode: string;
  readonly methods: readonly string[];
}

export async function startReset(run: Caller, userPrincipalName: string): Promise<Reset> {
  const answer = await run.call("POST", "/v1/password-resets", { body: { userPrincipalName } });
  if (answer.status !== 201) throw new Error(`start answered ${answer.status}: ${answer.text}`);
  return answer.json;
}

export function challenge(run: Caller, reset: Reset, method: string, methodId?: string): Promise<Answer> {
  return run.call("POST", `/v1/password-resets/${reset.id}/challenges`, {
    token: reset.token,
    body: { method, ...(methodId === undefined ? {} : { methodId }) },
  });
}

export function verify(run: Caller, reset: Reset, challengeId: string, code: string): Promise<Answer> {
  return run.call("POST", `/v1/password-resets/${reset.id}/challenges/${challengeId}/verify`, { token: reset.token, body: { code } });
}

export function setPassword(run: Caller, reset: Reset, newPassword: string): Promise<Answer> {
  return run.call("POST", `/v1/password-resets/${reset.id}/password`, { token: reset.token, body: { newPassword } });
}

export function signIn(run: Caller, userPrincipalName: string, password: string): Promise<Answer> {
  return run.call("POST", "/v1/sign-in", { body: { userPrincipalName, password } });
}

/** The newest message to an address that came after `known` messages, once it is there. */
export async function messageTo(run: Caller, to: string, known = 0): Promise<OutboxItem> {
  let found: OutboxItem | undefined;
  await until(async () => {
    const messages = (await run.outbox()).filter((item) => item.to === to);
    found = messages[0];
    return messages.length > known;
  });
  if (found === undefined) throw new Error("no message");
  return found;
}

/** The one code in a message, as a person would find it. */
export function codeIn({ text }: { text: string }): string {
  const runs = text.match(/\b\d{4} ?\d{4}\b/g) ?? [];
  if (runs.length !== 1) throw new Error(`expected one code, found ${runs.length}`);
  return runs[0] ?? "";
}

/** The code that an act has sent to an address. Notices of what was done before may come in between. */
export async function codeSentBy(run: Caller, to: string, act: () => Promise<Answer>): Promise<{ asked: Answer; code: string }> {
  const codes = async () => (await run.outbox()).filter((item) => item.to === to && /\b\d{4} ?\d{4}\b/.test(item.text));
  const known = (await codes()).length;
  const asked = await act();
  if (asked.status !== 202) throw new Error(`challenge answered ${asked.status}: ${asked.text}`);
  let newest: OutboxItem | undefined;
  await until(async () => {
    const sent = await codes();
    newest = sent[0];
    return sent.length > known;
  });
  return { asked, code: codeIn(newest ?? { text: "" }) };
}

/** Proves one gate by a message. Answers what comes next. */
export async function proveByMessage(run: Caller, reset: Reset, method: "email" | "sms", to: string): Promise<Answer["json"]> {
  const { asked, code } = await codeSentBy(run, to, () => challenge(run, reset, method));
  const answer = await verify(run, reset, asked.json.challengeId, code);
  if (answer.status !== 200) throw new Error(`verify answered ${answer.status}: ${answer.text}`);
  return answer.json;
}

/** The stored address of a person of the demonstration. */
export function addressOf(person: { contacts: readonly { type: string; value: string }[] }, type: "email" | "mobilePhone"): string {
  const found = person.contacts.find((contact) => contact.type === type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found.value;
}

/** Runs a test on each state store that is always there. */
export function onEachState(t: Test, name: string, work: (t: Test, state: "memory" | "redis") => Promise<void>): void {
  for (const state of ["memory", "redis"] as const) t.test(`${name}, state in ${state}`, (child) => work(child, state));
}

/** Also on those that take seconds to start: for a few whole stories. */
export function onEveryState(t: Test, name: string, work: (t: Test, state: StateKind) => Promise<void>): void {
  onEachState(t, name, work);
  for (const state of INSTALLATIONS) t.test(`${name}, state in ${state}`, (child) => work(child, state));
}
