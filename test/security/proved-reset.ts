import type { StartedProduct } from "../journeys/product.ts";
import { addressOf, challenge, codeIn, messageTo, proveByMessage, type Reset, startReset } from "../journeys/reset-steps.ts";

/** A good password, another for each number. */
export const password = (number: number) => `plum violin harbour ${String.fromCharCode(97 + (number % 26)).repeat(3)} ${number}`;

/** Starts a reset and passes its one gate. */
export async function provedReset(run: StartedProduct, who: string | ReturnType<StartedProduct["person"]>): Promise<Reset> {
  const person = typeof who === "string" ? run.person(who) : who;
  const reset = await startReset(run, person.userPrincipalName);
  const next = await proveByMessage(run, reset, "email", addressOf(person, "email"));
  if (next.next !== "password") throw new Error(`the gate led to ${next.next}`);
  return reset;
}

/** A reset whose code by email is known and not yet used. */
export async function begun(run: StartedProduct): Promise<{ reset: Reset; challengeId: string; code: string }> {
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  const asked = await challenge(run, reset, "email");
  return { reset, challengeId: asked.json.challengeId, code: codeIn(await messageTo(run, addressOf(person, "email"))) };
}

export async function count(run: StartedProduct, sql: string): Promise<number> {
  return Number((await run.connection.pool.query(`select count(*) as n from ${sql}`)).rows[0].n);
}

/** How many answers there are of each kind: "204", "401 invalid-reset-token", … */
export function tally(answers: readonly { status: number; json: { code?: string } | null }[]): Record<string, number> {
  const kinds = answers.map(({ status, json }) => `${status} ${json?.code ?? ""}`.trim());
  return Object.fromEntries([...new Set(kinds)].sort().map((kind) => [kind, kinds.filter((other) => other === kind).length]));
}
