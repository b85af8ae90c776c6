import { createHash } from "node:crypto";
import { ConfigMistakes, readConfig } from "../../src/config.ts";

/** To be searched for where no secret may be. */
export const CANARY = "s3cr3tCanary";

/** The same in each run, and not like anything. */
export const KEY = createHash("sha256").update("a master key for tests").digest("base64");

/** All that production needs besides a way to send, of an organisation that is nobody's example. */
export const WITHOUT_MAIL = {
  NODE_ENV: "production",
  DATABASE_URL: `postgres://rekey:${CANARY}@db.northwind.example/rekey`,
  REDIS_URL: `rediss://:${CANARY}@state.northwind.example`,
  MASTER_KEY: KEY,
  PUBLIC_URL: "https://password.northwind.example",
  MAIL_FROM: "Northwind <it@northwind.example>",
};

export const PRODUCTION = { ...WITHOUT_MAIL, SMTP_URL: `smtps://rekey:${CANARY}@mail.northwind.example` };

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with an environment, [] where nothing is. */
export function mistakesOf(env: Environment, read: (env: Environment) => unknown = readConfig): readonly string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigMistakes)) throw error;
    return error.mistakes;
  }
}
