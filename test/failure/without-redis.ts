import type { Test } from "tap";
import { type Answer, type StartedProduct, until } from "../journeys/product.ts";
import {
  addressOf,
  challenge,
  codeIn,
  messageTo,
  proveByMessage,
  type Reset,
  setPassword,
  signIn,
  startReset,
  verify,
} from "../journeys/reset-steps.ts";

/** A reset whose code has come by email and was not typed yet. */
export interface PendingReset {
  readonly reset: Reset;
  readonly challengeId: string;
  readonly code: string;
}

export async function pendingReset(run: StartedProduct, name: string): Promise<PendingReset> {
  const person = run.person(name);
  const known = (await run.outbox()).filter(({ to }) => to === addressOf(person, "email")).length;
  const reset = await startReset(run, person.userPrincipalName);
  const { challengeId } = (await challenge(run, reset, "email")).json;
  return { reset, challengeId, code: codeIn(await messageTo(run, addressOf(person, "email"), known)) };
}

/** Every call that counts, looks at a running reset, or asks whether a token is still good; what it needs is somebody's before the loss. */
export function callsThatNeedState(run: StartedProduct, pending: PendingReset, accessToken: string): Record<string, () => Promise<Answer>> {
  const { reset, challengeId, code } = pending;
  const { userPrincipalName, password } = run.person("henrik");
  const path = `/v1/password-resets/${reset.id}`;
  return {
    "start of a reset": () => run.call("POST", "/v1/password-resets", { body: { userPrincipalName } }),
    challenge: () => challenge(run, reset, "email"),
    "right code": () => verify(run, reset, challengeId, code),
    "wrong code": () => verify(run, reset, challengeId, "00000000"),
    "new password": () => setPassword(run, reset, "plum violin harbour tuesday"),
    "view of a reset": () => run.call("GET", path, { token: reset.token }),
    "cancelling a reset": () => run.call("DELETE", path, { token: reset.token }),
    "right password": () => signIn(run, userPrincipalName, password),
    "wrong password": () => signIn(run, userPrincipalName, "not the password"),
    "own profile": () => run.call("GET", "/v1/me", { token: accessToken }),
  };
}

/** Nothing is decided, and whoever called is told when to come again. */
export function unavailable(t: Test, { status, json, headers }: Answer, name: string): void {
  t.same({ status, code: json?.code }, { status: 503, code: "unavailable" }, name);
  t.ok(Number(headers.get("retry-after")) >= 1, `${name}: Retry-After`);
}

/** Whether the service says of itself that it can serve, and what of the state store. */
export async function readiness(run: StartedProduct): Promise<{ status: number; state: boolean }> {
  const { status, json } = await run.call("GET", "/readyz");
  return { status, state: json.checks.state };
}

/** Milliseconds from now until the service says that it can serve, and does: a whole reset is walked from its start to the sign-in. */
export async function untilServing(t: Test, run: StartedProduct, since = performance.now()): Promise<void> {
  await until(async () => (await readiness(run)).status === 200);
  t.comment(`ready ${Math.round(performance.now() - since)} ms after Redis could be used again`);
  const person = run.person("odd");
  const reset = await startReset(run, person.userPrincipalName);
  // An administrator, with two gates.
  t.equal((await proveByMessage(run, reset, "email", addressOf(person, "email"))).next, "challenge");
  t.equal((await proveByMessage(run, reset, "sms", addressOf(person, "mobilePhone"))).next, "password");
  const newPassword = `plum violin harbour ${reset.id.slice(-8)}`;
  t.equal((await setPassword(run, reset, newPassword)).status, 204);
  t.equal((await signIn(run, person.userPrincipalName, newPassword)).json.next, "second-step", "the new password is right");
}
