import { type DestinationStream, type Logger, pino } from "pino";

/**
 * Structured logs on standard output. Of an error only its kind, its words and its place are written: what libraries hang onto errors
 * (rows, parameters, recipients) is personal (security.md S03).
 */
export function createLogger(level: string, destination: DestinationStream = pino.destination(1)): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } }, destination);
}

function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: "not an error" };
  const { code } = error as { code?: unknown };
  return { type: error.name, message: error.message, ...(typeof code === "string" ? { code } : {}), stack: error.stack };
}
