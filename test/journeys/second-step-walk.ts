import type { Answer } from "./product.ts";
import { type Caller, codeSentBy } from "./reset-steps.ts";

/** What the right password answered where a second step is due. */
export interface SecondStep {
  readonly token: string;
  readonly methods: readonly { method: string; methodId: string; hint: string }[];
}

/** Signs in with the password, asking for a second step, and expects one. */
export async function secondStepOf(
  run: Caller,
  { userPrincipalName, password }: { userPrincipalName: string; password: string },
): Promise<SecondStep> {
  const answer = await run.call("POST", "/v1/sign-in", { body: { userPrincipalName, password, secondStep: true } });
  if (answer.status !== 200 || answer.json.next !== "second-step") throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
  return answer.json;
}

/** @param token of the second step, or an access token */
export function askForCode(run: Caller, token: string, method: string, methodId?: string): Promise<Answer> {
  return run.call("POST", "/v1/sign-in/challenges", { token, body: { method, ...(methodId === undefined ? {} : { methodId }) } });
}

export function giveCode(run: Caller, token: string, challengeId: string, code: string): Promise<Answer> {
  return run.call("POST", `/v1/sign-in/challenges/${challengeId}/verify`, { token, body: { code } });
}

/** Proves by a message, with the token of the second step or an access token. */
export async function proveTo(run: Caller, token: string, method: "email" | "sms", to: string): Promise<Answer> {
  const { asked, code } = await codeSentBy(run, to, () => askForCode(run, token, method));
  return giveCode(run, token, asked.json.challengeId, code);
}

/** Signs in to the end, with a second step where one is due. Answers the access token. */
export async function signedIn(
  run: Caller,
  person: { userPrincipalName: string; password: string; contacts: readonly { type: string; value: string }[] },
): Promise<string> {
  const { userPrincipalName, password } = person;
  const answer = await run.call("POST", "/v1/sign-in", { body: { userPrincipalName, password } });
  if (answer.json.next !== "second-step") return answer.json.accessToken;
  const to = person.contacts.find(({ type }) => type === "email")?.value ?? "";
  return (await proveTo(run, answer.json.token, "email", to)).json.accessToken;
}
