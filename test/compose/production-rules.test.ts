import t from "tap";
import { readDatabaseConfig, readKeyringConfig } from "../../src/config.ts";
import { CANARY, type Environment, KEY, mistakesOf, PRODUCTION } from "../builders/production-environment.ts";

const TWILIO = { TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: CANARY, TWILIO_FROM: "+46700000001" };
const GOOD: Environment = { ...PRODUCTION, ...TWILIO, SENDGRID_API_KEY: `SG.${CANARY}` };

/** Addresses that production takes: whoever answers there asks for no password, or the driver has it from elsewhere. */
const TAKEN: readonly Environment[] = [
  {},
  { DATABASE_URL: "postgres:///rekey?host=/var/run/postgresql" },
  { DATABASE_URL: "postgres://rekey@%2Fvar%2Frun%2Fpostgresql/rekey" },
  { DATABASE_URL: "postgres://rekey@127.0.0.1:5432/rekey" },
  { DATABASE_URL: "postgres://rekey@[::1]/rekey" },
  { DATABASE_URL: "postgres://rekey@cloud-sql-proxy/rekey" },
  { DATABASE_URL: "postgres://rekey@pgbouncer.data.svc.cluster.local/rekey" },
  { DATABASE_URL: "postgres://rekey@10.1.2.3/rekey" },
  { DATABASE_URL: "postgres://rekey@[fd12:3456::1]/rekey" },
  { DATABASE_URL: "postgres://rekey@db.northwind.example/rekey?sslmode=verify-full&sslcert=/run/c.pem&sslkey=/run/k.pem" },
  { DATABASE_URL: "postgres://rekey@db.northwind.example/rekey", PGPASSWORD: CANARY },
  { DATABASE_URL: "postgres://rekey@db.northwind.example/rekey", PGPASSFILE: "/run/secrets/pgpass" },
  // A superuser with a password of its own is unwise, but nobody's default.
  { DATABASE_URL: `postgres://postgres:${CANARY}@db.northwind.example/postgres` },
  { DATABASE_URL: `postgres://rekey@db.northwind.example/rekey?password=${CANARY}` },
  { REDIS_URL: "redis://redis:6379" },
  { REDIS_URL: "redis://state.northwind.example:6379/0" },
  { REDIS_URL: "redis://10.1.2.3:6379,redis://10.1.2.4:6379" },
  { REDIS_URL: "redis+sentinel://10.1.2.3:26379,10.1.2.4:26379/rekey" },
  { REDIS_URL: `rediss://:${CANARY}@203.0.113.7:6379` },
  { SMTP_URL: "smtp://relay.northwind.example:25" },
  { SMTP_URL: "smtp://10.1.2.3:25" },
  { CORS_ORIGINS: "https://portal.northwind.example" },
  { LIMITS_FACTOR: "1" },
  // A weak one that is being replaced.
  { MASTER_KEY: `${KEY},${Buffer.alloc(32).toString("base64")}` },
];

/** Each is refused by the name of its one variable. */
const REFUSED: readonly (readonly [env: Environment, reason: RegExp])[] = [
  ...["postgres", "POSTGRES", "rekey", "password", "Password1!", "pass_word", "secret", "changeme", "change-me", "admin", "admin123"].map(
    (word) => [{ DATABASE_URL: `postgres://app:${word}@db.northwind.example/store` }, /has a password that everybody knows/] as const,
  ),
  ...["<password>", "$%7BDB_PASSWORD%7D", "xxxxxxxx", "mysecretpassword", "123456"].map(
    (word) => [{ DATABASE_DIRECT_URL: `postgres://app:${word}@127.0.0.1/store` }, /has a password that everybody knows/] as const,
  ),
  [{ DATABASE_URL: "postgres://northwind:Northwind@10.0.0.1/store" }, /everybody knows/],
  [{ DATABASE_URL: "postgres://app:store@10.0.0.1/store" }, /everybody knows/],
  [{ DATABASE_URL: "postgres://10.0.0.1/store?user=app&password=postgres" }, /everybody knows/],
  [{ DATABASE_URL: "postgres://rekey@db.northwind.example/rekey" }, /has no password/],
  [{ DATABASE_URL: "postgres://rekey@203.0.113.7/rekey" }, /has no password/],
  [{ DATABASE_DIRECT_URL: "postgres://rekey@[2001:db8::1]/rekey" }, /has no password/],
  [{ DATABASE_DIRECT_URL: "postgres://rekey@172.32.0.1/rekey" }, /has no password/],
  [{ DATABASE_URL: "postgres://rekey@127.0.0.1/rekey", PGPASSWORD: "postgres" }, /^PGPASSWORD is a password that everybody knows/],
  [{ REDIS_URL: "redis://:foobared@10.0.0.1" }, /everybody knows/],
  [{ REDIS_URL: "redis://northwind:northwind@10.0.0.1" }, /everybody knows/],
  [{ REDIS_URL: `redis+sentinel://:${CANARY}@10.0.0.1/rekey?sentinel-password=redis` }, /everybody knows/],
  [{ REDIS_URL: "redis://203.0.113.7:6379" }, /has no password, and a host with a public address/],
  [{ REDIS_URL: "redis://10.0.0.1,redis://203.0.113.7" }, /public address/],
  [{ REDIS_URL: "redis://[2001:db8::1]:6379" }, /public address/],
  [{ SMTP_URL: "smtps://mailer:password@mail.northwind.example" }, /everybody knows/],
  [{ SMTP_URL: "smtps://mailer:mailer@mail.northwind.example" }, /everybody knows/],
  [{ PUBLIC_URL: "http://password.northwind.example" }, /must be https/],
  [{ CORS_ORIGINS: "https://portal.northwind.example,http://portal.northwind.example" }, /https origins alone/],
  [{ SENDGRID_API_KEY: "changeme" }, /is a placeholder/],
  [{ TWILIO_AUTH_TOKEN: "<token>" }, /is a placeholder/],
  [{ TWILIO_API_KEY: "SK1", TWILIO_API_SECRET: "secret" }, /^TWILIO_API_SECRET is a placeholder/],
  [{ MASTER_KEY: Buffer.from("correct horse battery staple now").toString("base64") }, /holds text/],
  [{ MASTER_KEY: `${Buffer.alloc(32).toString("base64")},${KEY}` }, /repeats itself/],
  [{ MASTER_KEY: `${KEY},${Buffer.alloc(31).toString("base64")}` }, /32 random bytes/],
  [{ LIMITS_FACTOR: "100" }, /is refused in production/],
];

t.test(
  "what a bank has is taken: proxies and relays that ask no password, sockets, certificates, a Redis in its own network",
  async (t) => {
    for (const env of TAKEN) t.same(mistakesOf({ ...GOOD, ...env }), [], JSON.stringify(env));
  },
);

t.test(`T01: ${REFUSED.length} unsafe settings are refused in production, by name, without the value, and not at a desk`, async (t) => {
  for (const [env, reason] of REFUSED) {
    const label = JSON.stringify(env);
    const mistakes = mistakesOf({ ...GOOD, ...env });
    t.equal(mistakes.length, 1, `${label}: ${mistakes.join(" ")}`);
    t.match(mistakes[0] ?? "", reason, label);
    t.ok(
      Object.keys(env).some((name) => mistakes[0]?.startsWith(`${name} `)),
      `${label}: named`,
    );
    t.notMatch(mistakes[0] ?? "", CANARY);
    // A weak key is weak at a desk too.
    if (!("MASTER_KEY" in env)) t.same(mistakesOf({ ...GOOD, ...env, NODE_ENV: "development" }), [], `${label}: at a desk`);
  }
});

t.test("several reasons of one variable stand in one sentence, and all variables are listed at once", async (t) => {
  t.match(mistakesOf({ ...GOOD, REDIS_URL: "redis://:secret@203.0.113.9,redis://198.51.100.7" }), [/^REDIS_URL /]);
  // PGPASSWORD stands in for the passwords that others lack.
  const all: Environment = Object.assign({}, ...REFUSED.map(([env]) => env).filter((env) => !("PGPASSWORD" in env)));
  const names = mistakesOf({ ...GOOD, ...all }).map((mistake) => mistake.split(" ")[0]);
  t.same(
    names.sort(),
    Object.keys(all)
      .filter((name) => name !== "TWILIO_API_KEY")
      .sort(),
  );
});

t.test("the commands that work on the database are held to it too", async (t) => {
  const env = { NODE_ENV: "production", DATABASE_URL: "postgres://rekey:rekey@db.northwind.example/rekey", MASTER_KEY: KEY };
  for (const read of [readDatabaseConfig, readKeyringConfig]) {
    t.match(mistakesOf(env, read), [/^DATABASE_URL has a password that everybody knows/]);
    t.same(mistakesOf({ ...env, NODE_ENV: "development" }, read), []);
    t.same(mistakesOf({ ...env, DATABASE_URL: PRODUCTION.DATABASE_URL }, read), []);
  }
  t.match(mistakesOf({ NODE_ENV: "production", DATABASE_DIRECT_URL: env.DATABASE_URL }, readDatabaseConfig), [
    /^DATABASE_DIRECT_URL needs DATABASE_URL/,
    /^DATABASE_URL is required/,
  ]);
});
