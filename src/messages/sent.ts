import type { MessageSubject } from "./delivery-failure.ts";

/** What was sent, in words: never where to, nor what it said. */
export interface SentDetails {
  readonly task: string;
  readonly method?: string;
  /** Of a notice: how many addresses were told. */
  readonly addresses?: number;
}

/**
 * Puts it on the record that a provider has taken a message of a flow, under the id that stands on its first click. It was sent: should this fail,
 * it is not to be sent again for it, so this never throws.
 */
export type RecordSent = (subject: MessageSubject, details: SentDetails) => Promise<void>;
