import twilio from "twilio";
import { type Clock, SECOND } from "../kit/clock.ts";
import type { Secret } from "../kit/secret.ts";
import { DeliveryFailure } from "../messages/delivery-failure.ts";
import { failureOfCall, failureOfStatus } from "./http-failure.ts";

export interface TwilioAccount {
  readonly accountSid: string;
  /** The account's own id and token, or an API key and its secret. */
  readonly username: string;
  readonly password: Secret;
  /** Origin, or with a path in front of Twilio's own. No trailing slash. */
  readonly baseUrl: string;
}

interface Options extends TwilioAccount {
  readonly clock: Clock;
  readonly timeoutMs?: number;
}

export type TwilioClient = InstanceType<typeof twilio.Twilio>;

const TIMEOUT_MS = 10 * SECOND;

/**
 * Errors that are about the number called or written to, and stay so: not a number, not reachable, premium, of a country that the
 * account may not serve, a landline, unsubscribed. Every other one may be gone at the next attempt, which is what becomes of a code
 * that is not in this list.
 */
const REFUSALS = new Set([
  21202, 21211, 21214, 21215, 21216, 21217, 21263, 21264, 21265, 21266, 21408, 21610, 21612, 21614, 21635, 13223, 13224, 13225,
]);

/** Twilio's own client on a base URL of ours. A call ends well or throws a `DeliveryFailure`, without a word of Twilio's. */
export function createTwilioClient({ accountSid, username, password, baseUrl, clock, timeoutMs = TIMEOUT_MS }: Options): TwilioClient {
  class Caller extends twilio.RequestClient {
    override async request<T>(options: Parameters<InstanceType<typeof twilio.RequestClient>["request"]>[0]) {
      const { pathname, search } = new URL(options.uri);
      const answer = await super.request<T>({ ...options, uri: `${baseUrl}${pathname}${search}`, allowRedirects: false } as never);
      if (answer.statusCode >= 200 && answer.statusCode < 300) return answer;
      throw failureOfAnswer(answer, clock.now());
    }
  }
  // The level is given, or TWILIO_LOG_LEVEL of the environment would print requests.
  return new twilio.Twilio(username, password.reveal(), {
    accountSid,
    httpClient: new Caller({ timeout: timeoutMs }),
    logLevel: "none",
  });
}

/** Runs one call of the client, and keeps whatever else it may throw from getting further. */
export async function handOver(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    throw failureOfCall("twilio", error);
  }
}

function failureOfAnswer(
  { statusCode, body, headers }: { statusCode: number; body: unknown; headers: unknown },
  now: number,
): DeliveryFailure {
  const { code } = (body ?? {}) as { code?: unknown };
  if (statusCode === 400 && typeof code === "number" && REFUSALS.has(code)) return new DeliveryFailure("twilio", "refused", { code });
  const failure = failureOfStatus("twilio", statusCode, headers as Record<string, unknown>, now);
  // Twilio's own number says more than the status.
  return typeof code === "number" ? new DeliveryFailure("twilio", failure.fault, { ...failure.details, code }) : failure;
}
