import { createRepetition, type Repetition } from "../kit/repetition.ts";
import { BATCH, type SealEvents } from "./seal-events.ts";

const PAUSE_MS = 1_000;
const PAUSE_AFTER_FAILURE_MS = 5_000;

/** Seals what was written, every second; at once where there is more. */
export function createAuditSealer(
  sealEvents: SealEvents,
  log: { warn(details: object, message: string): void },
): Pick<Repetition, "start" | "stop"> {
  return createRepetition(
    async () => ((await sealEvents()) === BATCH ? 0 : PAUSE_MS),
    (error) => {
      log.warn({ err: error }, "the audit log could not be sealed yet");
      return PAUSE_AFTER_FAILURE_MS;
    },
  );
}
