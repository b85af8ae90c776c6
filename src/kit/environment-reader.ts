import { Secret } from "./secret.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads one variable at a time and notes what is wrong with it; the value returned beside a mistake is never used. */
export class EnvironmentReader {
  readonly #env: Environment;
  readonly #mistakes: string[];
  readonly #seen = new Set<string>();

  constructor(env: Environment, mistakes: string[]) {
    this.#env = env;
    this.#mistakes = mistakes;
  }

  text(name: string): string | null {
    const value = this.#env[name]?.trim();
    return value === undefined || value === "" ? null : value;
  }

  /** @param remedy where to get it */
  required(name: string, remedy: string): string {
    const value = this.text(name);
    if (value === null) this.#mistake(name, `is not set: ${remedy}`);
    return value ?? "";
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const value = this.number(name, fallback, min, max);
    if (!Number.isInteger(value)) this.#mistake(name, "must be a whole number");
    return value;
  }

  number(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) this.#mistake(name, `must be a number from ${min} to ${max}`);
    return value;
  }

  oneOf<const T extends string>(name: string, words: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === null) return fallback;
    const found = words.find((word) => word === text);
    if (found === undefined) this.#mistake(name, `must be one of ${words.join(", ")}`);
    return found ?? fallback;
  }

  url(name: string, protocols: readonly string[]): Secret | null {
    const text = this.text(name);
    if (text === null) return null;
    // The value itself is never repeated in a mistake: it may hold a password. A host may be absent for PostgreSQL alone, which then uses a socket.
    const url = URL.canParse(text) ? new URL(text) : null;
    const begins = protocols.some((protocol) => text.toLowerCase().startsWith(`${protocol}//`));
    if (url === null || !begins || (url.hostname === "" && !url.protocol.startsWith("postgres")))
      this.#mistake(name, `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(" or ")}`);
    return new Secret(text);
  }

  /** @param mistakesIn what is wrong with it, each to stand after the name, without repeating the value */
  judged(name: string, mistakesIn: (text: string) => readonly string[]): Secret | null {
    const text = this.text(name);
    if (text === null) return null;
    const mistakes = mistakesIn(text);
    if (mistakes.length > 0) this.#mistake(name, mistakes.join("; it "));
    return new Secret(text);
  }

  origin(name: string): string | null {
    const text = this.text(name);
    return text === null ? null : this.#origin(name, text);
  }

  origins(name: string): string[] {
    return (this.text(name) ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map((part) => this.#origin(name, part));
  }

  mailbox(name: string, fallback: string): string {
    const text = this.text(name) ?? fallback;
    if (/[\r\n]/.test(text) || !/^[^<>@]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/.test(text))
      this.#mistake(name, "must be an address, or a name and an address: Rekey <no-reply@contoso.example>");
    return text;
  }

  keys(name: string): Secret<Buffer>[] {
    const text = this.text(name);
    if (text === null) return [];
    return text.split(",").map((part) => {
      const bytes = Buffer.from(part.trim(), "base64");
      if (bytes.length !== 32 || new Set(bytes).size < 8)
        this.#mistake(name, "must be 32 random bytes in base64, or several of them with commas between");
      return new Secret(bytes);
    });
  }

  #origin(name: string, text: string): string {
    if (URL.canParse(text)) {
      const url = new URL(text);
      if (
        (url.protocol === "http:" || url.protocol === "https:") &&
        url.pathname === "/" &&
        url.search === "" &&
        url.hash === "" &&
        url.username === "" &&
        url.password === "" &&
        // A pattern would be compared as it stands, and fit nobody.
        !url.hostname.includes("*")
      )
        return url.origin;
    }
    this.#mistake(name, "must be an origin like https://password.contoso.example, without a path");
    return "http://invalid";
  }

  #mistake(name: string, what: string): void {
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    this.#mistakes.push(`${name} ${what}.`);
  }
}
