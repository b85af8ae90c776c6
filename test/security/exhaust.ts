import type { StartedProduct } from "../journeys/product.ts";
import { challenge, startReset, verify } from "../journeys/reset-steps.ts";
import { address, from } from "./sources.ts";

/** A code that is wrong but for one time in a hundred million. */
export const WRONG = "00000000";

/** Uses up what strangers may try against one kind of method of one account: two flows, five tries each, every try from another source. */
export async function exhaust(run: StartedProduct, userPrincipalName: string, method: string, firstSource = 1): Promise<number[]> {
  const statuses: number[] = [];
  for (let flow = 0; flow < 2; flow++) {
    const stranger = from(run, address(firstSource + 10 * flow));
    const reset = await startReset(stranger, userPrincipalName);
    const asked = await challenge(stranger, reset, method);
    for (let turn = 1; turn <= 5; turn++) {
      const answer = await verify(from(run, address(firstSource + 10 * flow + turn)), reset, asked.json.challengeId, WRONG);
      statuses.push(answer.status);
    }
  }
  return statuses;
}
