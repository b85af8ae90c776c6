import { type Clock, MINUTE, SECOND } from "../kit/clock.ts";
import { DeliveryFailure, type DeliveryFault } from "../messages/delivery-failure.ts";
import type { Channel } from "../messages/message.ts";

export interface Provider<Message> {
  /** For logs and metrics: `sendgrid`, `smtp`, `twilio`. */
  readonly name: string;
  readonly channel: Channel<Message>;
}

interface Options {
  readonly clock: Clock;
  /** How each hand-over ended, `resting` for a provider that was passed over. */
  readonly note: (provider: string, outcome: "accepted" | DeliveryFault) => void;
}

/** Failures one after the other after which a provider is left alone, and for how long. */
const FAILURES = 3;
const REST_MS = 30 * SECOND;
const LONGEST_REST_MS = 5 * MINUTE;

/**
 * The first provider that takes the message, in order, while the person waits. One that failed three times in a row, or asked to be left
 * alone, is passed over for a while, so that nobody waits for its time-out; then one message tries it again. A refused address is put
 * to the next provider too, which may know it: it is final only when every one of them said so.
 */
export function createFallback<Message>(providers: readonly Provider<Message>[], { clock, note }: Options): Channel<Message> {
  const guarded = providers.map((provider) => ({ ...provider, circuit: createCircuit(clock) }));
  return {
    async send(message) {
      const failures: DeliveryFailure[] = [];
      for (const { name, channel, circuit } of guarded) {
        const restMs = circuit.enter();
        const failure = restMs > 0 ? new DeliveryFailure(name, "resting", { retryAfterMs: restMs }) : await attempt(name, channel, message);
        if (restMs === 0) circuit.leave(failure);
        note(name, failure?.fault ?? "accepted");
        if (failure === null) return;
        failures.push(failure);
      }
      throw worst(failures);
    },
  };
}

async function attempt<Message>(name: string, channel: Channel<Message>, message: Message): Promise<DeliveryFailure | null> {
  try {
    await channel.send(message);
    return null;
  } catch (error) {
    // What an adapter did not foresee may hold an address: its kind is all that goes on.
    return error instanceof DeliveryFailure ? error : new DeliveryFailure(name, "unavailable", { code: (error as Error).name });
  }
}

/** The failure that leaves most hope; worth another try as soon as the first of the providers is. */
function worst(failures: readonly DeliveryFailure[]): DeliveryFailure {
  const open = failures.filter((failure) => !failure.final);
  const [first = new DeliveryFailure("none", "unavailable")] = open.length > 0 ? open : failures;
  const soonest = Math.min(...open.map((failure) => failure.details.retryAfterMs ?? 0));
  const { code } = first.details;
  return new DeliveryFailure(first.provider, first.fault, {
    ...(code === undefined ? {} : { code }),
    ...(open.length === 0 || soonest === 0 ? {} : { retryAfterMs: soonest }),
  });
}

function createCircuit(clock: Clock) {
  let failures = 0;
  let restsUntil = 0;
  return {
    /** Milliseconds for which the provider is still to be left alone; 0: go ahead. */
    enter(): number {
      const now = clock.now();
      if (now < restsUntil) return restsUntil - now;
      // One message finds out whether it is back; the others pass on until it knows.
      if (failures >= FAILURES) restsUntil = now + REST_MS;
      return 0;
    },
    leave(failure: DeliveryFailure | null): void {
      if (failure === null || failure.final) {
        failures = 0;
        restsUntil = 0;
        return;
      }
      failures += 1;
      const { retryAfterMs } = failure.details;
      if (retryAfterMs !== undefined) restsUntil = clock.now() + Math.min(retryAfterMs, LONGEST_REST_MS);
      else if (failures >= FAILURES) restsUntil = clock.now() + REST_MS;
    },
  };
}
