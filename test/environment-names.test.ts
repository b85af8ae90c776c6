import { readFileSync } from "node:fs";
import t from "tap";
import { ConfigMistakes, readClientConfig, readConfig, readDatabaseConfig, readKeyringConfig } from "../src/config.ts";

const fileOf = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

/** Every variable that the program asks its environment for, found by asking. */
function askedFor(): Set<string> {
  const asked = new Set<string>();
  // `production`, so that what is asked for there alone is asked for; a direct address, so that it is judged.
  const values: Record<string, string> = { NODE_ENV: "production", DATABASE_URL: "postgres://127.0.0.1/rekey" };
  const env = new Proxy(values, {
    get(target, name) {
      if (typeof name === "string") asked.add(name);
      return typeof name === "string" ? target[name] : undefined;
    },
  });
  for (const read of [readConfig, readDatabaseConfig, readKeyringConfig, readClientConfig])
    try {
      read(env);
    } catch (error) {
      if (!(error instanceof ConfigMistakes)) throw error;
    }
  return asked;
}

const ASKED = askedFor();
const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name ?? "");

t.test(".env.example holds every variable that is read, and no other", async (t) => {
  t.ok(ASKED.size > 40, "they were found");
  t.same(names(fileOf(".env.example"), /^#?([A-Z][A-Z_]+)=/gm).sort(), [...ASKED].sort());
});

t.test("the image sets none that is not read", async (t) => {
  const environment = names(fileOf("Dockerfile"), /^ENV (.+)$/gm).join(" ");
  const set = names(environment, /(\w+)=/g);
  t.ok(set.includes("NODE_ENV") && set.includes("PORT"), set.join());
  // Not ours: where programs are.
  for (const name of set.filter((one) => one !== "PATH")) t.ok(ASKED.has(name), name);
});

t.test("compose.yaml sets none that is not read, and all that production needs", async (t) => {
  const text = fileOf("compose.yaml").replace(/^\s*#.*$/gm, "");
  // Of the services that are ours; the database's own begin with its name.
  const set = names(text, /(?:^ {2}|[{,] )([A-Z][A-Z_]+):/gm).filter((name) => !name.startsWith("POSTGRES_"));
  for (const name of set) t.ok(ASKED.has(name), name);
  for (const name of ["PUBLIC_URL", "MAIL_FROM", "REDIS_URL", "DATABASE_URL_FILE", "MASTER_KEY_FILE", "SMTP_URL_FILE", "ROLE"])
    t.ok(set.includes(name), name);
  // What it takes from the shell is called as what it sets.
  for (const name of names(text, /\$\{([A-Z_]+)/g)) t.ok(set.includes(name), name);
  const secrets = names(text, /\/run\/secrets\/(\w+)/g);
  for (const secret of secrets) t.match(text, `${secret}: { file: secrets/${secret} }`);
});
