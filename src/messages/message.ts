/** What goes out to a person. */
export interface EmailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface TextMessage {
  /** E.164 */
  readonly to: string;
  /** One segment: 160 characters of GSM 7-bit, or 70 others. */
  readonly text: string;
}

/** A call that reads a code out. What is said is asked for when the call has come through (`call-ticket.ts`). */
export interface VoiceMessage {
  /** E.164 */
  readonly to: string;
  /** Leads to what this call says, for whoever is called back by the telephone network. */
  readonly ticket: string;
  /** All that would be said, the code in it once, for a way out that only writes down. */
  readonly text: string;
}

/**
 * Ways out. Each hands over once and resolves when the other side has accepted; it throws when not, and the queue tries again.
 * A `DeliveryFailure` says why, and whether trying again can help.
 */
export interface Channel<Message> {
  send(message: Message): Promise<void>;
}

export type EmailChannel = Channel<EmailMessage>;
export type TextChannel = Channel<TextMessage>;
export type VoiceChannel = Channel<VoiceMessage>;
