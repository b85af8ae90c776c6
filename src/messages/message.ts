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

/** Ways out. Each hands over once and resolves when the other side has accepted; it throws when not, and the queue tries again. */
export interface EmailChannel {
  send(message: EmailMessage): Promise<void>;
}

export interface TextChannel {
  send(message: TextMessage): Promise<void>;
}
