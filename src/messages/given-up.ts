import type { DeliveryFailure } from "./delivery-failure.ts";
import type { Job } from "./message-queue.ts";

/** A job that will not be tried again. */
export interface GivenUp {
  /** Of the queue; the same one is recorded once. */
  readonly jobId: string;
  readonly job: Job;
  readonly attempts: number;
  /** Why the last attempt failed, where it was the sending that did. */
  readonly failure: DeliveryFailure | null;
}

/** Puts it on the record, so that nothing is lost in silence. */
export type RecordGivenUp = (given: GivenUp) => Promise<void>;
