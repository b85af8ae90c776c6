import { inspect } from "node:util";

const REDACTED = "[secret]";

/**
 * A value that does not print itself: not by template, JSON, `console.log` or a logger (ASVS 16.2.5).
 * `reveal()` is the one way to the value, so a search for it finds every place where a secret is used.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
