import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import t from "tap";
import { type Config, type ConfigMistakes, readConfig } from "../src/config.ts";
import { CANARY, KEY, mistakesOf, PRODUCTION } from "./builders/production-environment.ts";

/** One bad value each; what else is needed for it to be the one mistake. The contract and `.env.example` say what is good. */
const BAD: readonly (readonly [name: string, value: string, more?: Readonly<Record<string, string>>])[] = [
  ...["bad host", "127.0.0.1:80", "http://a", "-a", "a_b"].map((value) => ["HOST", value] as const),
  ...["0x50", "eighty", "-1", "65536", "80.5", "80 81", "8e3", "NaN"].map((value) => ["PORT", value] as const),
  ...["password.contoso.example", "ftp://contoso.example", "javascript:alert(1)", "//contoso.example"].map(
    (value) => ["PUBLIC_URL", value] as const,
  ),
  ...["https://contoso.example/reset", "https://contoso.example/?a=b", "https://contoso.example/#x"].map(
    (value) => ["PUBLIC_URL", value] as const,
  ),
  ...[`https://${CANARY}@contoso.example`, `https://:${CANARY}@contoso.example`, "https://", "https://*.contoso.example"].map(
    (value) => ["PUBLIC_URL", value] as const,
  ),
  ...["*", "null", "https://*.contoso.example", "contoso.example", "https://a.example https://b.example", "https://a.example/x"].map(
    (value) => ["CORS_ORIGINS", value] as const,
  ),
  ["CORS_ORIGINS", "https://a.example,*"],
  ...[`mysql://rekey:${CANARY}@db/rekey`, `postgres:${CANARY}`, "db.contoso.example", `http://${CANARY}@db`].map(
    (value) => ["DATABASE_URL", value] as const,
  ),
  ["DATABASE_DIRECT_URL", `mysql://${CANARY}@db`, { DATABASE_URL: "postgres://db/rekey" }],
  ["DATABASE_DIRECT_URL", "postgres://db/rekey"],
  ...["0", "1", "1001", "many"].map((value) => ["DATABASE_POOL_SIZE", value] as const),
  ...[`http://${CANARY}@redis`, `memcached://${CANARY}`, "localhost:6379", "redis://"].map((value) => ["REDIS_URL", value] as const),
  ["MASTER_KEY", "short"],
  ["MASTER_KEY", Buffer.alloc(32).toString("base64")],
  ["MASTER_KEY", Buffer.alloc(32, "ab").toString("base64")],
  ["MASTER_KEY", Buffer.from(KEY, "base64").toString("hex")],
  ["MASTER_KEY", Buffer.from(KEY, "base64").subarray(1).toString("base64")],
  ["MASTER_KEY", `${KEY},${CANARY}`],
  ["MASTER_KEY", `${KEY},`],
  ...["it", "Contoso", "a@b@c", "<it@contoso.example", "Contoso <it@contoso.example", "it@contoso.example\r\nBcc: all@evil.example"].map(
    (value) => ["MAIL_FROM", value] as const,
  ),
  ...[`http://${CANARY}@mail`, `smtp:${CANARY}`, "smtp://", "mail.contoso.example:25", `smtps://${CANARY}:pw@`].map(
    (value) => ["SMTP_URL", value] as const,
  ),
  ...["yes", "true", "-1", "11", "1.5", "10.0.0.0/8"].map((value) => ["TRUST_PROXY", value] as const),
  ...["59", "3601", "15m", "0", "900.5"].map((value) => ["RESET_TTL_SECONDS", value] as const),
  ...["29", "601", "3600", "ten"].map((value) => ["CODE_TTL_SECONDS", value] as const),
  ...["5", "11", "6.5", "six"].map((value) => ["CODE_DIGITS", value] as const),
  ...["verbose", "INFO", "30"].map((value) => ["LOG_LEVEL", value] as const),
  ...["prod", "Production", "live"].map((value) => ["NODE_ENV", value] as const),
  ...["both", "Server"].map((value) => ["ROLE", value] as const),
  ["ROLE", "server"],
  ["ROLE", "worker"],
  ...["0", "-1", "1e9", "none", "Infinity"].map((value) => ["LIMITS_FACTOR", value] as const),
];

t.test(`T01: each of ${BAD.length} bad values is refused, by its name, without the value`, async (t) => {
  t.ok(BAD.length >= 40);
  for (const [name, value, more = {}] of BAD) {
    const mistakes = mistakesOf({ ...more, [name]: value });
    t.equal(mistakes.length, 1, `${name}=${value}: ${mistakes.join(" ")}`);
    t.match(mistakes[0], new RegExp(`^${name} `), `${name}=${value}`);
    t.notMatch(mistakes.join(), CANARY, `${name}: a mistake may be printed anywhere`);
  }
});

t.test("all mistakes at once, each once", async (t) => {
  const all = Object.fromEntries(
    BAD.filter(([name]) => !["NODE_ENV", "ROLE", "DATABASE_DIRECT_URL"].includes(name)).map(([name, value]) => [name, value]),
  );
  const mistakes = mistakesOf(all);
  t.same(mistakes.map((mistake) => mistake.split(" ")[0]).sort(), Object.keys(all).sort());
  try {
    readConfig(all);
    t.fail("it was refused a moment ago");
  } catch (error) {
    const { message } = error as ConfigMistakes;
    t.match(message, `${mistakes.length} mistakes`);
    for (const mistake of mistakes) t.ok(message.includes(mistake));
    t.notMatch(`${message}${inspect(error, { depth: 9, showHidden: true })}${JSON.stringify(error)}`, CANARY);
  }
});

t.test("T01: production refuses what is fine on a desk, and takes a whole configuration", async (t) => {
  t.same(mistakesOf(PRODUCTION), []);
  const required = ["DATABASE_URL", "REDIS_URL", "MASTER_KEY", "PUBLIC_URL", "MAIL_FROM"];
  for (const name of required)
    for (const value of [undefined, "", "  "]) {
      const mistakes = mistakesOf({ ...PRODUCTION, [name]: value });
      t.equal(mistakes.length, 1, `${name}=${value}: ${mistakes}`);
      t.match(mistakes[0], new RegExp(`^${name} `));
    }
  t.match(mistakesOf({ ...PRODUCTION, SMTP_URL: undefined }), [/^SENDGRID_API_KEY or SMTP_URL is required/]);
  t.match(mistakesOf({ ...PRODUCTION, PUBLIC_URL: "http://password.northwind.example" }), [/^PUBLIC_URL must be https/]);
  for (const value of ["2", "0.5"]) t.match(mistakesOf({ ...PRODUCTION, LIMITS_FACTOR: value }), [/^LIMITS_FACTOR is refused/]);
  const nothing = mistakesOf({ NODE_ENV: "production" }).map((mistake) => mistake.split(" ")[0]);
  t.same(nothing.sort(), ["DATABASE_URL", "MAIL_FROM", "MASTER_KEY", "PUBLIC_URL", "REDIS_URL", "SENDGRID_API_KEY"], "all of it at once");
});

t.test("what stands in nobody's environment has the contract's defaults", async (t) => {
  const { databaseUrl, redisUrl, smtpUrl, masterKeys, ...rest } = readConfig({});
  t.same([databaseUrl, redisUrl, smtpUrl, masterKeys], [null, null, null, []]);
  t.match(rest, {
    production: false,
    host: "127.0.0.1",
    port: 8080,
    publicUrl: "http://127.0.0.1:8080",
    dataDir: "./data",
    trustProxy: 0,
    corsOrigins: [],
    resetTtlSeconds: 900,
    codeTtlSeconds: 600,
    codeDigits: 8,
    logLevel: "info",
    role: "all",
    limitsFactor: 1,
  });
  t.equal(readConfig({ HOST: "0.0.0.0", PORT: "9" }).publicUrl, "http://127.0.0.1:9", "a link to every address is one to none");
  t.equal(readConfig({ HOST: "::1" }).publicUrl, "http://[::1]:8080");
  t.equal(readConfig({ PUBLIC_URL: "https://Password.Contoso.example:443/" }).publicUrl, "https://password.contoso.example");
  t.match(readConfig({ PUBLIC_URL: "https://password.contoso.example" }).mailFrom, "no-reply@password.contoso.example");
  t.same(readConfig({ CORS_ORIGINS: " https://a.example , https://b.example:8443 ," }).corsOrigins, [
    "https://a.example",
    "https://b.example:8443",
  ]);
  t.equal(readConfig({ MASTER_KEY: `${KEY}, ${KEY}` }).masterKeys.length, 2);
  t.equal(readConfig({ PORT: "", HOST: " " }).host, "127.0.0.1", "empty is absent");
});

t.test("T02: the value is frozen, and its secrets do not print themselves", async (t) => {
  const config: Config = readConfig(PRODUCTION);
  t.throws(() => Object.assign(config, { production: false }), TypeError);
  const printed = [
    inspect(config, { depth: 9, showHidden: true, getters: true }),
    JSON.stringify(config),
    `${config.databaseUrl} ${config.smtpUrl} ${config.redisUrl} ${config.masterKeys}`,
    inspect(new Error("x", { cause: config })),
    inspect({ ...config.databaseUrl }),
    JSON.stringify(structuredClone({ ...config, masterKeys: [], databaseUrl: { ...config.databaseUrl }, smtpUrl: null, redisUrl: null })),
  ].join("\n");
  for (const secret of [CANARY, KEY, Buffer.from(KEY, "base64").toString("hex")]) t.notMatch(printed, secret);
  t.equal(config.databaseUrl?.reveal(), PRODUCTION.DATABASE_URL, "asked for by name it is there");
  t.same(config.masterKeys[0]?.reveal(), Buffer.from(KEY, "base64"));
});

t.test("T01: the process ends with 1 and has said everything on standard error, before it opened anything", async (t) => {
  const program = ["--import", import.meta.resolve("tsx"), fileURLToPath(new URL("../src/main.ts", import.meta.url))];
  const cwd = t.testdir({});
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: "production",
    DATABASE_URL: `postgres://app:app@${CANARY}.example/app`,
    MASTER_KEY_FILE: "/nowhere",
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { cwd, env, encoding: "utf8", timeout: 60_000 });
  t.match({ status, stdout }, { status: 1, stdout: "" });
  const lines = stderr.trim().split("\n");
  t.equal(lines[0], "The configuration has 6 mistakes:");
  t.same(
    lines
      .slice(1)
      .map((line) => line.split(" ")[3])
      .sort(),
    ["DATABASE_URL", "MAIL_FROM", "MASTER_KEY_FILE", "PUBLIC_URL", "REDIS_URL", "SENDGRID_API_KEY"],
  );
  t.notMatch(stderr, CANARY);
  t.same(readdirSync(cwd), []);
});
