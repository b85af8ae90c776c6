import { type Clock, DAY } from "../kit/clock.ts";
import { sha256 } from "../kit/seal.ts";
import { DeliveryFailure } from "../messages/delivery-failure.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";

interface Deps {
  readonly throttle: ThrottleStore;
  readonly clock: Clock;
}

/** One address, and how it is told. */
export interface Telling {
  readonly to: string;
  readonly send: () => Promise<void>;
}

/**
 * Tells every address. One that was told before another failed is not told twice by the next attempt.
 * @param about one id for all attempts
 * @throws the failure that leaves most hope: as long as one address may still get it, all that failed are tried again
 */
export async function tellEverywhere(deps: Deps, about: string, tellings: readonly Telling[]): Promise<void> {
  const results = await Promise.allSettled(tellings.map(({ to, send }) => oncePerAddress(deps, `${about} ${to}`, send)));
  const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const worst = errors.find((error) => !(error instanceof DeliveryFailure && error.final)) ?? errors[0];
  if (worst !== undefined) throw worst;
}

/**
 * Noted when it is told, not before: a process that dies in between tells it again rather than never. The queue gives a job to one worker at a
 * time.
 */
async function oncePerAddress({ throttle, clock }: Deps, what: string, send: () => Promise<void>): Promise<void> {
  const key = `notice:${sha256(what)}`;
  if (await throttle.used(key, clock.now())) return;
  await send();
  const now = clock.now();
  // It was told: should this fail, the job is not to be tried again for it.
  await throttle.once(key, now + DAY, now).catch(() => undefined);
}
