import ipaddr from "ipaddr.js";
import { Secret } from "./secret.ts";
import { misshapenKey, weaknessOfKey } from "./weak-key.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a file holds, or what is wrong with it, to stand after "names PATH, which". Never repeats the content. */
export type SecretFile = { readonly text: string } | { readonly mistake: string };

/** Reads one variable at a time and notes what is wrong with it; the value returned beside a mistake is never used. */
export class EnvironmentReader {
  readonly #env: Environment;
  readonly #mistakes: string[];
  readonly #readFile: (path: string) => SecretFile;
  readonly #refused = new Set<string>();
  readonly #secrets = new Map<string, string | null>();

  constructor(env: Environment, mistakes: string[], readFile: (path: string) => SecretFile) {
    this.#env = env;
    this.#mistakes = mistakes;
    this.#readFile = readFile;
  }

  text(name: string): string | null {
    const value = this.#env[name]?.trim();
    return value === undefined || value === "" ? null : value;
  }

  /**
   * A value that is in nobody's environment but ours, or in the file that `NAME_FILE` names: a process's environment is seen by whoever
   * may look at the process, and by everything that it starts (ASVS 13.3.1).
   * @returns also where the file is a mistake, an empty value: something is set, so that nothing complains that nothing is
   */
  secret(name: string): string | null {
    const known = this.#secrets.get(name);
    if (known !== undefined) return known;
    const path = this.text(`${name}_FILE`);
    const value = path === null ? this.text(name) : this.#secretIn(name, path);
    this.#secrets.set(name, value);
    return value;
  }

  /** @param remedy where to get it */
  required(name: string, remedy: string, value = this.text(name)): string {
    if (value === null) this.refuse(name, `is not set: ${remedy}`);
    return value ?? "";
  }

  /** An address or a name to listen on. */
  host(name: string, fallback: string): string {
    const text = this.text(name) ?? fallback;
    if (!ipaddr.IPv6.isValid(text) && !/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(text))
      this.refuse(name, "must be an IP address or a name, without a port");
    return text;
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const value = this.number(name, fallback, min, max);
    if (!Number.isInteger(value)) this.refuse(name, "must be a whole number");
    return value;
  }

  number(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) this.refuse(name, `must be a number from ${min} to ${max}`);
    return value;
  }

  oneOf<const T extends string>(name: string, words: readonly T[], fallback: T): T {
    const text = this.text(name);
    if (text === null) return fallback;
    const found = words.find((word) => word === text);
    if (found === undefined) this.refuse(name, `must be one of ${words.join(", ")}`);
    return found ?? fallback;
  }

  url(name: string, protocols: readonly string[]): Secret | null {
    const text = this.secret(name);
    if (text === null) return null;
    // The value itself is never repeated in a mistake: it may hold a password. A host may be absent for PostgreSQL alone, which then uses a socket.
    const url = URL.canParse(text) ? new URL(text) : null;
    const begins = protocols.some((protocol) => text.toLowerCase().startsWith(`${protocol}//`));
    if (url === null || !begins || (url.hostname === "" && !url.protocol.startsWith("postgres")))
      this.refuse(name, `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(" or ")}`);
    return new Secret(text);
  }

  /** @param mistakesIn what is wrong with it, each to stand after the name, without repeating the value */
  judged(name: string, mistakesIn: (text: string) => readonly string[]): Secret | null {
    const text = this.secret(name);
    if (text === null) return null;
    this.refuse(name, ...mistakesIn(text));
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
      this.refuse(name, "must be an address, or a name and an address: Rekey <no-reply@contoso.example>");
    return text;
  }

  keys(name: string): Secret<Buffer>[] {
    const text = this.secret(name);
    if (text === null) return [];
    return text.split(",").map((part, index) => {
      // The first wraps. The others are on their way out.
      const weakness = index === 0 ? weaknessOfKey(part.trim()) : misshapenKey(part.trim());
      if (weakness !== null) this.refuse(name, weakness);
      return new Secret(Buffer.from(part.trim(), "base64"));
    });
  }

  /** Notes what is wrong with a variable, unless something was already: one sentence for each. @param reasons each to stand after the name */
  refuse(name: string, ...reasons: readonly string[]): void {
    if (reasons.length === 0 || this.#refused.has(name)) return;
    this.#refused.add(name);
    this.#mistakes.push(`${name} ${[...new Set(reasons)].join("; it ")}.`);
  }

  #secretIn(name: string, path: string): string {
    const refuse = (...reasons: [named: string, reason: string]) => {
      this.refuse(...reasons);
      this.#refused.add(name);
      return "";
    };
    if (this.text(name) !== null) return refuse(name, `and ${name}_FILE are both set: leave one of them out`);
    // Whoever puts the secret itself there shall not find it in the log.
    if (!/^\.{0,2}\//.test(path)) return refuse(`${name}_FILE`, "must be the path of a file, and begin with / or ./");
    const file = this.#readFile(path);
    return "text" in file ? file.text : refuse(`${name}_FILE`, `names ${path}, which ${file.mistake}`);
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
    this.refuse(name, "must be an origin like https://password.contoso.example, without a path");
    return "http://invalid";
  }
}
