import type { Actor } from "../audit/audit-event.ts";

/** A reset for somebody else, judged and hashed: all that is left is to write it. */
export interface AdministratorReset {
  readonly tenantId: string;
  readonly userId: string;
  readonly actor: Actor;
  /** Milliseconds. */
  readonly now: number;
  /**
   * `temporary`: opens nothing but the change of password, and `expiresAt` (milliseconds, `null`: never) counts. A lasting one has no end.
   * `null`: the link alone; the old password opens nothing any more.
   */
  readonly password: { readonly phc: string; readonly temporary: boolean; readonly expiresAt: number | null } | null;
  /** A one-time link to the person: to every stored mail address, or to one, sealed with `sealLinkAddress`. `expiresAt`: `linkEnd`. */
  readonly link: { readonly sendTo: "stored" | { readonly sealedAddress: string }; readonly expiresAt: number } | null;
  /** Of the job in bulk that it is part of. */
  readonly jobId?: string;
  /** Whether the other administrators get a notice of it, where the policy has them told. */
  readonly tellAdministrators: boolean;
  /** More for the event: never a secret, contact data only masked. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface AdministratorResetWritten {
  readonly credentialVersion: number;
  /** The set-password link. */
  readonly linkId: string | null;
  /** The comparison key of the person's name: for `accountTag`, by which the state store knows lockouts. */
  readonly upnKey: string;
}
