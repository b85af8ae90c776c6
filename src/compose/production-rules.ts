import type { Config, DatabaseConfig } from "../config.ts";
import type { EnvironmentReader } from "../kit/environment-reader.ts";
import type { Secret } from "../kit/secret.ts";
import { isDefaultPassword, weaknessesOfPostgres, weaknessesOfRedis, weaknessesOfSmtp } from "./default-credentials.ts";

/** Keys of providers, which are judged as passwords are. */
const PROVIDER_SECRETS = ["SENDGRID_API_KEY", "TWILIO_AUTH_TOKEN", "TWILIO_API_SECRET"];

/** Production refuses whatever is fine on a desk only (contract, section 2; docs/decisions/0030). Notes every reason. */
export function refuseInProduction(config: Config, read: EnvironmentReader): void {
  refuseDatabaseInProduction(config, read);
  if (config.redisUrl === null) read.refuse("REDIS_URL", "is required in production: state in one process is lost with it");
  judge(read, "REDIS_URL", config.redisUrl, weaknessesOfRedis);
  if (config.masterKeys.length === 0)
    read.refuse("MASTER_KEY", "is required in production: 32 random bytes, base64 (`openssl rand -base64 32`)");
  refuseAddresses(config, read);
  judge(read, "SMTP_URL", config.smtpUrl, weaknessesOfSmtp);
  if (config.smtpUrl === null && config.sendGrid === null)
    read.refuse("SENDGRID_API_KEY", "or SMTP_URL is required in production: the outbox only shows messages on this machine");
  for (const name of PROVIDER_SECRETS)
    if (isDefaultPassword(read.secret(name) ?? "")) read.refuse(name, "is a placeholder, or a word that everybody knows");
  if (config.limitsFactor !== 1) read.refuse("LIMITS_FACTOR", "is refused in production");
}

/** What of it concerns the commands too that work on the database alone. */
export function refuseDatabaseInProduction({ databaseUrl, databaseDirectUrl }: DatabaseConfig, read: EnvironmentReader): void {
  if (databaseUrl === null) read.refuse("DATABASE_URL", "is required in production: the embedded database is for trying things out");
  // The driver takes these where the URL has no password.
  const password = read.text("PGPASSWORD");
  if (password !== null && isDefaultPassword(password)) read.refuse("PGPASSWORD", "is a password that everybody knows");
  const alsoWithout = password !== null || read.text("PGPASSFILE") !== null;
  const weaknesses = (url: string) => weaknessesOfPostgres(url, alsoWithout);
  judge(read, "DATABASE_URL", databaseUrl, weaknesses);
  judge(read, "DATABASE_DIRECT_URL", databaseDirectUrl, weaknesses);
}

/** What people see of us, and who may call from their browsers. */
function refuseAddresses({ publicUrl, corsOrigins }: Config, read: EnvironmentReader): void {
  if (read.text("PUBLIC_URL") === null) read.refuse("PUBLIC_URL", "is required in production: links are built from it alone");
  else if (!publicUrl.startsWith("https://")) read.refuse("PUBLIC_URL", "must be https in production");
  if (read.text("MAIL_FROM") === null) read.refuse("MAIL_FROM", "is required in production");
  // Whoever is on the way of a page without TLS is that page.
  if (corsOrigins.some((origin) => !origin.startsWith("https://")))
    read.refuse("CORS_ORIGINS", "must hold https origins alone in production");
}

function judge(read: EnvironmentReader, name: string, url: Secret | null, weaknesses: (text: string) => readonly string[]): void {
  if (url !== null) read.refuse(name, ...weaknesses(url.reveal()));
}
