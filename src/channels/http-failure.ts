import { SECOND } from "../kit/clock.ts";
import { DeliveryFailure, type DeliveryFault } from "../messages/delivery-failure.ts";

/** Headers by name in lower case, as the HTTP clients give them. */
type Headers = Readonly<Record<string, unknown>>;

/** The failure that an HTTP status stands for. @param now milliseconds, for headers that name a time */
export function failureOfStatus(provider: string, status: number, headers: Headers, now: number): DeliveryFailure {
  const retryAfterMs = retryAfter(headers, now);
  return new DeliveryFailure(provider, faultOf(status), { code: status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

function faultOf(status: number): DeliveryFault {
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 429) return "rate-limited";
  // What is neither an answer nor an error of ours comes from something that stands between.
  return status >= 400 && status < 500 ? "rejected" : "unavailable";
}

/** Seconds or a date (RFC 9110 §10.2.3), or the second of the epoch at which SendGrid counts anew. */
function retryAfter(headers: Headers, now: number): number | undefined {
  const asked = headers["retry-after"];
  if (typeof asked === "string") {
    const ms = /^\d+$/.test(asked) ? Number(asked) * SECOND : Date.parse(asked) - now;
    if (ms > 0) return ms;
  }
  const reset = headers["x-ratelimit-reset"];
  const ms = typeof reset === "string" && /^\d+$/.test(reset) ? Number(reset) * SECOND - now : 0;
  return ms > 0 ? ms : undefined;
}

/** The failure of a call that got no whole answer. Of the error only its code goes on: its text may hold what was sent. */
export function failureOfCall(provider: string, error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  const { code } = error as { code?: unknown };
  const word = typeof code === "string" && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
  const fault = word === "ETIMEDOUT" || word === "ECONNABORTED" ? "timed-out" : "unavailable";
  return new DeliveryFailure(provider, fault, word === undefined ? {} : { code: word });
}
