import type { OutboxItem } from "../../src/channels/messages.outbox.ts";
import { type Answer, type CallOptions, type StartedProduct, until } from "../journeys/product.ts";
import { createFormClient } from "../pages/form-client.ts";

/** Somebody who is signed in, with a mailbox that is read as a person reads it. */
export interface SignedInPerson {
  token: string;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The code of the newest message to an address that was not read before. */
  codeTo(to: string): Promise<string>;
  /** A fresh proof by a code, as `POST /v1/sign-in/challenges` gives it. */
  prove(method: "email" | "sms", to: string): Promise<void>;
  /** Registers a contact and answers its id, without verifying it. */
  add(type: string, value: string): Promise<string>;
  /** Registers a contact and verifies it. */
  register(type: string, value: string): Promise<string>;
}

/** A message is read once, whoever of one person's sessions reads it. */
const readMessages = new WeakMap<StartedProduct, Set<string>>();

/** Signs in with the password, and the second step where one is asked for. */
export async function signedIn(run: StartedProduct, name: string, password?: string): Promise<SignedInPerson> {
  const { userPrincipalName, password: first, contacts } = run.person(name);
  const answer = await run.call("POST", "/v1/sign-in", { body: { userPrincipalName, password: password ?? first } });
  if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${answer.text}`);
  const person = withToken(run, answer.json.accessToken ?? answer.json.token);
  if (answer.json.next === "second-step") await person.prove("email", contacts.find(({ type }) => type === "email")?.value ?? "");
  return person;
}

export function withToken(run: StartedProduct, token: string): SignedInPerson {
  const read = readMessages.get(run) ?? new Set<string>();
  readMessages.set(run, read);
  const person: SignedInPerson = {
    token,
    call(method, path, body) {
      const options: CallOptions = { token: person.token, ...(body === undefined ? {} : { body }) };
      return run.call(method, path, options);
    },
    async codeTo(to) {
      const item = await message(run, (each) => each.to === to && !read.has(each.id) && /\b\d{4} ?\d{4}\b/.test(each.text));
      read.add(item.id);
      return /\b\d{4} ?\d{4}\b/.exec(item.text)?.[0].replace(" ", "") ?? "";
    },
    async prove(method, to) {
      for (const { id } of await run.outbox()) read.add(id);
      const asked = await person.call("POST", "/v1/sign-in/challenges", { method });
      if (asked.status !== 202) throw new Error(`challenge: ${asked.status} ${asked.text}`);
      const given = await person.call("POST", `/v1/sign-in/challenges/${asked.json.challengeId}/verify`, { code: await person.codeTo(to) });
      if (given.status !== 200) throw new Error(`proof: ${given.status} ${given.text}`);
      person.token = given.json.accessToken;
    },
    async add(type, value) {
      const added = await person.call("POST", "/v1/me/methods", { type, value });
      if (added.status !== 201) throw new Error(`add: ${added.status} ${added.text}`);
      return added.json.id;
    },
    async register(type, value) {
      const id = await person.add(type, value);
      const verified = await person.call("POST", `/v1/me/methods/${id}/verify`, { code: await person.codeTo(value) });
      if (verified.status !== 200) throw new Error(`verify: ${verified.status} ${verified.text}`);
      return id;
    },
  };
  return person;
}

/** Waits for a message, the newest first. */
export async function message(run: StartedProduct, wanted: (item: OutboxItem) => boolean): Promise<OutboxItem> {
  let found: OutboxItem | undefined;
  await until(async () => {
    found = (await run.outbox()).find(wanted);
    return found !== undefined;
  });
  if (found === undefined) throw new Error("nothing came");
  return found;
}

/** The methods as the person sees them. */
export async function methodsOf(person: SignedInPerson) {
  const { json } = await person.call("GET", "/v1/me/security-info");
  return json.methods as { id: string; type: string; hint: string; value?: string; verified: boolean; usableForResetFrom: string | null }[];
}

/** Changes the policy of the demonstration's tenant in place. */
export async function setPolicy(run: StartedProduct, patch: object): Promise<void> {
  await run.connection.pool.query("update tenants set policy = policy || $1::jsonb where id = $2", [
    JSON.stringify(patch),
    run.demo.tenant.id,
  ]);
}

/** Says "this was not me" with the link in a message, as a browser does. @returns the status of the last answer */
export async function objectBy(run: StartedProduct, { text }: OutboxItem, page: "/not-me" | "/not-me/security-info"): Promise<number> {
  const client = createFormClient(run);
  await client.get(`/l/${/https?:\S+\/l\/(\S+)/.exec(text)?.[1]}`);
  await client.get(page);
  return (await client.post(page, {})).status;
}

/** Whether the resets of a person are frozen. */
export async function isFrozen(run: StartedProduct, name: string): Promise<boolean> {
  const { rows } = await run.connection.pool.query("select recovery_frozen_at from users where upn_key = $1", [
    run.person(name).userPrincipalName.toLowerCase(),
  ]);
  return rows[0].recovery_frozen_at !== null;
}
