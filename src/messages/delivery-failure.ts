/** Why a message was not accepted. */
export type DeliveryFault =
  /** The provider will never take a message to this address: unknown, not reachable, unsubscribed. */
  | "refused"
  /** Our key is not accepted. An operator may mend that while the message waits. */
  | "unauthorized"
  | "rate-limited"
  /** The provider found our request wrong, and not because of the address. */
  | "rejected"
  | "timed-out"
  /** Out of reach, an error of its own, or an answer that broke off: it may have been accepted all the same. */
  | "unavailable"
  /** Every provider failed just now and is left alone for a while. */
  | "resting"
  /** The code is no longer good, so that there is nothing left to send. */
  | "outdated";

/** Whose message it was, for the record. Ids only. */
export interface MessageSubject {
  readonly tenantId?: string;
  readonly userId?: string;
  readonly flowId?: string;
  readonly supportCode?: string;
}

interface Details {
  /** The provider's own number for it: an HTTP status, an SMTP reply code, an error code. */
  readonly code?: number | string;
  /** Milliseconds for which the provider asked to be left alone. */
  readonly retryAfterMs?: number;
  readonly subject?: MessageSubject;
}

/**
 * A message that was not accepted. It holds words and numbers of ours: what a provider says of a failure repeats addresses, so neither
 * its sentence nor its error is kept, not even as a cause (security.md S03).
 */
export class DeliveryFailure extends Error {
  readonly provider: string;
  readonly fault: DeliveryFault;
  readonly details: Details;

  constructor(provider: string, fault: DeliveryFault, details: Details = {}) {
    super(`${provider}: ${fault}${details.code === undefined ? "" : ` (${details.code})`}`);
    this.name = "DeliveryFailure";
    this.provider = provider;
    this.fault = fault;
    this.details = details;
  }

  /** Trying again cannot help. */
  get final(): boolean {
    return this.fault === "refused" || this.fault === "outdated";
  }
}

/** Does `work`, and says of a delivery failure in it whose message it was. */
export async function onBehalfOf<T>(subject: MessageSubject, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DeliveryFailure)) throw error;
    throw new DeliveryFailure(error.provider, error.fault, { ...error.details, subject });
  }
}
