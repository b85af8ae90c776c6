import { inspect } from "node:util";
import type { Test } from "tap";
import { DeliveryFailure } from "../../src/messages/delivery-failure.ts";

/** What a sending was refused with. */
export async function failureOf(sending: Promise<void>): Promise<DeliveryFailure> {
  const error = await sending.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DeliveryFailure)) throw new Error(`no delivery failure: ${inspect(error)}`);
  return error;
}

/** Nothing of a message, nor of what a provider says of it, is in the failure: it goes into logs. */
export function keepsSilent(t: Test, failure: DeliveryFailure, ...secrets: readonly string[]): void {
  const shown = `${inspect(failure, { depth: 9, showHidden: true })}${JSON.stringify(failure)}${failure.stack}`;
  for (const secret of secrets) t.notOk(shown.includes(secret), `nothing of "${secret}" in ${failure.message}`);
  t.equal(failure.cause, undefined);
}
