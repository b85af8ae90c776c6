import { Secret } from "./kit/secret.ts";

/** The environment, read once into one frozen value. Every field is described in `.env.example` and the contract, section 2. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** The only origin ever used in links (security.md B12). No path, no trailing slash. */
  readonly publicUrl: string;
  /** `null`: the embedded server in `dataDir`. */
  readonly databaseUrl: Secret | null;
  readonly databaseDirectUrl: Secret | null;
  /** `null`: state in this process, one process only. */
  readonly redisUrl: Secret | null;
  readonly dataDir: string;
  /** The first wraps, all unwrap. Empty: generated into `dataDir`. */
  readonly masterKeys: readonly Secret<Buffer>[];
  readonly mailFrom: string;
  readonly smtpUrl: Secret | null;
  readonly trustProxy: number;
  readonly corsOrigins: readonly string[];
  readonly resetTtlSeconds: number;
  readonly codeTtlSeconds: number;
  readonly codeDigits: 6 | 7 | 8 | 9 | 10;
  readonly logLevel: string;
  readonly role: "all" | "server" | "worker";
  readonly limitsFactor: number;
  /** Threads of libuv's pool, in which hashing, files and name look-ups share a place. Set in the environment before the start. */
  readonly threadPoolSize: number;
}

/** Every mistake in the environment, found in one go. */
export class ConfigMistakes extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(
      `The configuration has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`}:\n${mistakes.map((m) => `  - ${m}`).join("\n")}`,
    );
    this.name = "ConfigMistakes";
    this.mistakes = mistakes;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {ConfigMistakes} with all of them, never one at a time */
export function readConfig(env: Environment = process.env): Config {
  const mistakes: string[] = [];
  const read = new Reader(env, mistakes);
  const production = read.oneOf("NODE_ENV", ["production", "development", "test"], "development") === "production";
  const host = read.text("HOST") ?? "127.0.0.1";
  const port = read.integer("PORT", 8080, 0, 65_535);
  const config: Config = {
    production,
    host,
    port,
    publicUrl: read.origin("PUBLIC_URL") ?? defaultOrigin(host, port),
    databaseUrl: read.url("DATABASE_URL", ["postgres:", "postgresql:"]),
    databaseDirectUrl: read.url("DATABASE_DIRECT_URL", ["postgres:", "postgresql:"]),
    redisUrl: read.redis("REDIS_URL"),
    dataDir: read.text("DATA_DIR") ?? "./data",
    masterKeys: read.keys("MASTER_KEY"),
    mailFrom: read.mailbox("MAIL_FROM", `Rekey <no-reply@${hostName(read.origin("PUBLIC_URL")) ?? "localhost.example"}>`),
    smtpUrl: read.url("SMTP_URL", ["smtp:", "smtps:"]),
    trustProxy: read.integer("TRUST_PROXY", 0, 0, 10),
    corsOrigins: read.origins("CORS_ORIGINS"),
    resetTtlSeconds: read.integer("RESET_TTL_SECONDS", 900, 60, 3_600),
    codeTtlSeconds: read.integer("CODE_TTL_SECONDS", 600, 30, 600),
    codeDigits: read.integer("CODE_DIGITS", 8, 6, 10) as Config["codeDigits"],
    logLevel: read.oneOf("LOG_LEVEL", ["fatal", "error", "warn", "info", "debug", "trace", "silent"], "info"),
    role: read.oneOf("ROLE", ["all", "server", "worker"], "all"),
    limitsFactor: read.number("LIMITS_FACTOR", 1, 0.001, 1_000_000),
    threadPoolSize: read.integer("UV_THREADPOOL_SIZE", 4, 1, 1024),
  };
  if (config.databaseUrl === null && config.role !== "all")
    mistakes.push("ROLE must be `all` with the embedded database: set DATABASE_URL to run server and worker apart.");
  if (config.databaseUrl !== null && config.role !== "all" && config.redisUrl === null)
    mistakes.push("REDIS_URL is required when server and worker are processes of their own.");
  if (config.databaseUrl === null && config.databaseDirectUrl !== null) mistakes.push("DATABASE_DIRECT_URL needs DATABASE_URL.");
  if (production) mistakes.push(...productionMistakes(config, env));
  if (mistakes.length > 0) throw new ConfigMistakes(mistakes);
  return Object.freeze(config);
}

/** Production refuses whatever is fine on a desk only (contract, section 2). */
function productionMistakes(config: Config, env: Environment): string[] {
  const mistakes: string[] = [];
  if (config.databaseUrl === null) mistakes.push("DATABASE_URL is required in production: the embedded database is for trying things out.");
  if (config.redisUrl === null) mistakes.push("REDIS_URL is required in production: state in one process is lost with it.");
  if (config.masterKeys.length === 0)
    mistakes.push("MASTER_KEY is required in production: 32 random bytes, base64 (`openssl rand -base64 32`).");
  if (env.PUBLIC_URL === undefined || env.PUBLIC_URL === "")
    mistakes.push("PUBLIC_URL is required in production: links are built from it alone.");
  else if (!config.publicUrl.startsWith("https://")) mistakes.push("PUBLIC_URL must be https in production.");
  if (config.smtpUrl === null) mistakes.push("SMTP_URL is required in production: the outbox only shows messages on this machine.");
  if (env.MAIL_FROM === undefined || env.MAIL_FROM === "") mistakes.push("MAIL_FROM is required in production.");
  if (config.limitsFactor !== 1) mistakes.push("LIMITS_FACTOR is refused in production.");
  return mistakes;
}

function defaultOrigin(host: string, port: number): string {
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}`;
}

function hostName(origin: string | null): string | null {
  return origin === null ? null : new URL(origin).hostname;
}

/** Reads one variable at a time and notes what is wrong with it; the value returned beside a mistake is never used. */
class Reader {
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
    // The value itself is never repeated in a mistake: it may hold a password.
    if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol))
      this.#mistake(name, `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(" or ")}`);
    return new Secret(text);
  }

  redis(name: string): Secret | null {
    const text = this.text(name);
    if (text === null) return null;
    if (!/^(redis|rediss|redis\+sentinel):\/\/\S+$/.test(text))
      this.#mistake(name, "must begin with redis://, rediss:// or redis+sentinel://");
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
        url.username === ""
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
