import { type Administrator, newAdministrator } from "../builders/administrator.ts";
import { demoApplication } from "../builders/application.ts";
import type { Answer, StartedProduct } from "../journeys/product.ts";
import { proveTo, secondStepOf } from "../journeys/second-step-walk.ts";

const headers = { "if-match": "*" };
/** What weakens the policy, and what it is otherwise. */
export const WEAKER = { disclosure: "helpful" } as const;
export const UNCHANGED = { disclosure: "private" } as const;

export interface House {
  readonly anna: Administrator;
  readonly bo: Administrator;
}

/** Two Global Administrators who are signed in, and the rule switched on. */
export async function underTheRule(run: StartedProduct): Promise<House> {
  const anna = await newAdministrator(run, ["globalAdministrator"]);
  const bo = await newAdministrator(run, ["globalAdministrator"]);
  await switchRule(run, true);
  return { anna, bo };
}

export async function switchRule(run: StartedProduct, twoPersonRule: boolean): Promise<void> {
  const answer = await (await demoApplication(run)).call("PATCH", "/v1/policy", { body: { twoPersonRule }, headers });
  if (answer.status !== 200) throw new Error(answer.text);
}

export function weaken(who: Pick<Administrator, "call">, body: object = WEAKER): Promise<Answer> {
  return who.call("PATCH", "/v1/policy", { body, headers });
}

/** Asks for what has to wait. Answers the id of the approval. */
export async function asked(who: Pick<Administrator, "call">, body: object = WEAKER): Promise<string> {
  const answer = await weaken(who, body);
  if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.text}`);
  return answer.json.approvalId;
}

export async function policyOf(who: Pick<Administrator, "call">): Promise<Record<string, unknown>> {
  return (await who.call("GET", "/v1/policy")).json;
}

export function approve(who: Pick<Administrator, "call">, id: string): Promise<Answer> {
  return who.call("POST", `/v1/approvals/${id}/approve`);
}

/** Nobody but these could agree to anything. */
export async function disableOthers(run: StartedProduct, ...ids: string[]): Promise<void> {
  await run.connection.pool.query("update users set enabled = false where not id = any($1) and id in (select user_id from held_roles)", [
    ids,
  ]);
}

/** A session of theirs that is good for looking, with a second step of sixteen minutes ago. */
export async function leftOpen(run: StartedProduct, who: Administrator): Promise<Pick<Administrator, "call">> {
  const step = await secondStepOf(run, who);
  const session = (await proveTo(run, step.token, "email", who.contacts[0]?.value ?? "")).json;
  run.clock.turn(10 * 60_000);
  const { refreshToken } = session;
  const token = (await run.call("POST", "/v1/sign-in/refresh", { body: { refreshToken } })).json.accessToken;
  run.clock.turn(6 * 60_000);
  return { call: (method, path, options) => run.call(method, path, { ...options, token }) };
}
