import type { Language } from "../kit/language.ts";

/** What every page is drawn into, known from the request alone. */
export interface Frame {
  readonly language: Language;
  /** Where the language links lead: this page, without a query. */
  readonly path: string;
  /** The address of a static file, with the hash of its content. */
  readonly asset: (name: string) => string;
  /** The token that a form of this page must bring back; asking for it sets the cookie that it belongs to. */
  readonly formToken: () => string;
  /** The look of an organisation that the address names (`?tenant=<domain>`). */
  readonly brand: Brand | null;
}

/** The look of an organisation: its name, and the addresses of its style sheet and its logo on our own origin. */
export interface Brand {
  readonly name: string;
  readonly style: string | null;
  readonly logo: string | null;
}

/** Whom to turn to. A function of the organisation, never of the person. */
export interface HelpDesk {
  readonly url?: string;
  readonly email?: string;
}
