import { Problem } from "../kit/problem.ts";

/** Redis is back, or another server in its place, within seconds. */
const RETRY_AFTER_SECONDS = 5;

/** Replies that tell of a fault of ours, save what an operator mends: Redis 6 wraps it into ERR, and a slot may be moving to another node. */
const FAULT = /^(ERR(?!.*(-(READONLY|OOM|MISCONF|NOREPLICAS|MASTERDOWN)|non local key))|WRONGTYPE|CROSSSLOT|EXECABORT)\b/;

/**
 * The port, whose calls fail with 503 `unavailable` when Redis does not answer, answers that it cannot now, or has no place left: nothing was
 * decided, and whoever called may come again (security.md C13). Calls wait for the first try to connect, and for none after it.
 */
export function unavailableWhileAway<Port extends object>(port: Port, tried: Promise<void>): Port {
  const guarded = Object.entries(port).map(([name, call]: [string, (...input: unknown[]) => Promise<unknown>]) => [
    name,
    async (...input: unknown[]) => {
      await tried;
      try {
        return await call(...input);
      } catch (error) {
        throw isAway(error) ? new Problem("unavailable", { retryAfter: RETRY_AFTER_SECONDS, cause: error }) : error;
      }
    },
  ]);
  return Object.fromEntries(guarded) as Port;
}

/** What the client throws and what Redis replies, save faults of ours in either. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError) return false;
  return !FAULT.test(error.message);
}
