import { refuseDatabaseInProduction, refuseInProduction } from "./compose/production-rules.ts";
import { readSendGrid, readTwilio, type SendGridConfig, type TwilioConfig } from "./compose/provider-config.ts";
import { mistakesInRedisUrl } from "./compose/redis-address.ts";
import { readSecretFile } from "./compose/secret-file.file.ts";
import { type Environment, EnvironmentReader } from "./kit/environment-reader.ts";
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
  /** Connections to `databaseUrl` at most, of this process. Up to 7 more go to `databaseDirectUrl`. */
  readonly databasePoolSize: number;
  /** `null`: state in this process, one process only. */
  readonly redisUrl: Secret | null;
  readonly dataDir: string;
  /** The first wraps, all unwrap. Empty: generated into `dataDir`. */
  readonly masterKeys: readonly Secret<Buffer>[];
  readonly mailFrom: string;
  readonly smtpUrl: Secret | null;
  /** Before SMTP where both are. */
  readonly sendGrid: SendGridConfig | null;
  readonly twilio: TwilioConfig | null;
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

/**
 * @param role stands in for ROLE (`rekey worker`)
 * @throws {ConfigMistakes} with all of them, never one at a time
 */
export function readConfig(env: Environment = process.env, role?: Config["role"]): Config {
  const mistakes: string[] = [];
  const read = new EnvironmentReader(env, mistakes, readSecretFile);
  const production = read.oneOf("NODE_ENV", ["production", "development", "test"], "development") === "production";
  const host = read.host("HOST", "127.0.0.1");
  const port = read.integer("PORT", 8080, 0, 65_535);
  const config: Config = {
    production,
    host,
    port,
    publicUrl: read.origin("PUBLIC_URL") ?? defaultOrigin(host, port),
    databaseUrl: read.url("DATABASE_URL", ["postgres:", "postgresql:"]),
    databaseDirectUrl: read.url("DATABASE_DIRECT_URL", ["postgres:", "postgresql:"]),
    databasePoolSize: read.integer("DATABASE_POOL_SIZE", 20, 2, 1_000),
    redisUrl: read.judged("REDIS_URL", mistakesInRedisUrl),
    dataDir: read.text("DATA_DIR") ?? "./data",
    masterKeys: read.keys("MASTER_KEY"),
    mailFrom: read.mailbox("MAIL_FROM", `Rekey <no-reply@${hostName(read.origin("PUBLIC_URL")) ?? "localhost.example"}>`),
    smtpUrl: read.url("SMTP_URL", ["smtp:", "smtps:"]),
    sendGrid: readSendGrid(read, production, mistakes),
    twilio: readTwilio(read, production, mistakes),
    trustProxy: read.integer("TRUST_PROXY", 0, 0, 10),
    corsOrigins: read.origins("CORS_ORIGINS"),
    resetTtlSeconds: read.integer("RESET_TTL_SECONDS", 900, 60, 3_600),
    codeTtlSeconds: read.integer("CODE_TTL_SECONDS", 600, 30, 600),
    codeDigits: read.integer("CODE_DIGITS", 8, 6, 10) as Config["codeDigits"],
    logLevel: read.oneOf("LOG_LEVEL", ["fatal", "error", "warn", "info", "debug", "trace", "silent"], "info"),
    role: role ?? read.oneOf("ROLE", ["all", "server", "worker"], "all"),
    limitsFactor: read.number("LIMITS_FACTOR", 1, 0.001, 1_000_000),
    threadPoolSize: read.integer("UV_THREADPOOL_SIZE", 4, 1, 1024),
  };
  if (config.databaseUrl === null && config.role !== "all")
    mistakes.push("ROLE must be `all` with the embedded database: set DATABASE_URL to run server and worker apart.");
  if (config.databaseUrl !== null && config.role !== "all" && config.redisUrl === null)
    mistakes.push("REDIS_URL is required when server and worker are processes of their own.");
  if (config.databaseUrl === null && config.databaseDirectUrl !== null) read.refuse("DATABASE_DIRECT_URL", "needs DATABASE_URL");
  if (production) refuseInProduction(config, read);
  return withoutMistakes(config, mistakes);
}

/** What the commands need that work on the database alone: an operator's shell has neither the service's keys nor its providers. */
export type DatabaseConfig = Pick<Config, "databaseUrl" | "databaseDirectUrl" | "dataDir">;

/** @throws {ConfigMistakes} */
export function readDatabaseConfig(env: Environment = process.env): DatabaseConfig {
  const mistakes: string[] = [];
  return withoutMistakes(databaseConfigIn(new EnvironmentReader(env, mistakes, readSecretFile)), mistakes);
}

/** What the command needs besides that rotates keys. */
export type KeyringConfig = DatabaseConfig & Pick<Config, "masterKeys">;

/** @throws {ConfigMistakes} */
export function readKeyringConfig(env: Environment = process.env): KeyringConfig {
  const mistakes: string[] = [];
  const read = new EnvironmentReader(env, mistakes, readSecretFile);
  const config: KeyringConfig = { ...databaseConfigIn(read), masterKeys: read.keys("MASTER_KEY") };
  if (config.databaseUrl !== null && config.masterKeys.length === 0) read.refuse("MASTER_KEY", "is required: the one that the service has");
  return withoutMistakes(config, mistakes);
}

function databaseConfigIn(read: EnvironmentReader): DatabaseConfig {
  const config: DatabaseConfig = {
    databaseUrl: read.url("DATABASE_URL", ["postgres:", "postgresql:"]),
    databaseDirectUrl: read.url("DATABASE_DIRECT_URL", ["postgres:", "postgresql:"]),
    dataDir: read.text("DATA_DIR") ?? "./data",
  };
  if (config.databaseUrl === null && config.databaseDirectUrl !== null) read.refuse("DATABASE_DIRECT_URL", "needs DATABASE_URL");
  if (read.text("NODE_ENV") === "production") refuseDatabaseInProduction(config, read);
  return config;
}

/** What the commands need that speak to the REST API, as an application of a tenant. */
export interface ClientConfig {
  /** The origin of the service. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** @throws {ConfigMistakes} */
export function readClientConfig(env: Environment = process.env): ClientConfig {
  const mistakes: string[] = [];
  const read = new EnvironmentReader(env, mistakes, readSecretFile);
  const config: ClientConfig = {
    url: read.origin("REKEY_URL") ?? defaultOrigin("127.0.0.1", 8080),
    clientId: read.required("REKEY_CLIENT_ID", "`rekey apps create` answers both"),
    clientSecret: new Secret(read.required("REKEY_CLIENT_SECRET", "`rekey apps create` answers both", read.secret("REKEY_CLIENT_SECRET"))),
  };
  return withoutMistakes(config, mistakes);
}

/** Where whoever called the command line stands: npm runs its scripts in the folder of the package, and tells where it was called. */
export function callersFolder(env: Environment = process.env): string {
  const throughNpm = env.npm_lifecycle_event === "rekey" ? env.INIT_CWD : undefined;
  return throughNpm ?? process.cwd();
}

function withoutMistakes<T>(config: T, mistakes: readonly string[]): Readonly<T> {
  if (mistakes.length > 0) throw new ConfigMistakes(mistakes);
  return Object.freeze(config);
}

function defaultOrigin(host: string, port: number): string {
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}`;
}

function hostName(origin: string | null): string | null {
  return origin === null ? null : new URL(origin).hostname;
}
