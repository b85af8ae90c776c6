import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { readSecretFile } from "../../src/compose/secret-file.file.ts";
import { readClientConfig, readConfig, readDatabaseConfig, readKeyringConfig } from "../../src/config.ts";
import { CANARY, KEY, mistakesOf, PRODUCTION } from "../builders/production-environment.ts";

const PROVIDERS = {
  SENDGRID_API_KEY: `SG.${CANARY}`,
  TWILIO_AUTH_TOKEN: `1${CANARY}`,
  TWILIO_API_KEY: `SK${CANARY}`,
  TWILIO_API_SECRET: `2${CANARY}`,
};
const SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: PRODUCTION.DATABASE_URL,
  DATABASE_DIRECT_URL: `postgres://rekey:${CANARY}@direct.northwind.example/rekey`,
  REDIS_URL: PRODUCTION.REDIS_URL,
  MASTER_KEY: KEY,
  SMTP_URL: PRODUCTION.SMTP_URL,
  ...PROVIDERS,
};
const PLAIN = {
  NODE_ENV: "production",
  PUBLIC_URL: PRODUCTION.PUBLIC_URL,
  MAIL_FROM: PRODUCTION.MAIL_FROM,
  TWILIO_ACCOUNT_SID: "AC1",
  TWILIO_FROM: "+46700000001",
};

/** A file of each secret, as `echo` writes it. */
function filesOf(t: Test, secrets: Readonly<Record<string, string>>): Record<string, string> {
  const folder = t.testdir(Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, `${value}\n`])));
  return Object.fromEntries(Object.keys(secrets).map((name) => [`${name}_FILE`, join(folder, name)]));
}

t.test("every secret may come from a file", async (t) => {
  const config = readConfig({ ...PLAIN, ...filesOf(t, SECRETS) });
  t.same(
    {
      DATABASE_URL: config.databaseUrl?.reveal(),
      DATABASE_DIRECT_URL: config.databaseDirectUrl?.reveal(),
      REDIS_URL: config.redisUrl?.reveal(),
      MASTER_KEY: config.masterKeys[0]?.reveal().toString("base64"),
      SMTP_URL: config.smtpUrl?.reveal(),
      SENDGRID_API_KEY: config.sendGrid?.apiKey.reveal(),
      TWILIO_AUTH_TOKEN: config.twilio?.authToken?.reveal(),
      TWILIO_API_KEY: config.twilio?.username,
      TWILIO_API_SECRET: config.twilio?.password.reveal(),
    },
    SECRETS,
  );
  t.same(readConfig({ ...PLAIN, ...SECRETS }), config, "and means what it means in the environment");
});

t.test("the command line reads them too", async (t) => {
  const files = filesOf(t, { ...SECRETS, REKEY_CLIENT_SECRET: CANARY });
  t.equal(readDatabaseConfig(files).databaseUrl?.reveal(), SECRETS.DATABASE_URL);
  t.equal(readKeyringConfig(files).masterKeys[0]?.reveal().toString("base64"), KEY);
  t.equal(readClientConfig({ ...files, REKEY_CLIENT_ID: "app" }).clientSecret.reveal(), CANARY);
  t.match(mistakesOf({ DATABASE_URL_FILE: "/nowhere/a", MASTER_KEY_FILE: "/nowhere/b" }, readKeyringConfig), [
    /^DATABASE_URL_FILE names/,
    /^MASTER_KEY_FILE names/,
  ]);
  t.match(mistakesOf({ REKEY_CLIENT_SECRET_FILE: "/nowhere/c" }, readClientConfig), [
    /^REKEY_CLIENT_ID is/,
    /^REKEY_CLIENT_SECRET_FILE names/,
  ]);
});

t.test("a line break at the end, a byte order mark and blanks around it are none of it", async (t) => {
  for (const around of ["", "\n", "\r\n", " \n"])
    for (const mark of ["", "\ufeff"]) {
      const files = filesOf(t, {});
      const path = join(t.testdir({ secret: `${mark}${CANARY}${around}` }), "secret");
      const config = readConfig({ ...files, SENDGRID_API_KEY_FILE: path });
      t.equal(config.sendGrid?.apiKey.reveal(), CANARY, JSON.stringify([mark, around]));
    }
});

t.test("a link is followed, as Kubernetes lays them; a name without a value is no name", async (t) => {
  const folder = t.testdir({ real: CANARY });
  symlinkSync("real", join(folder, "link"));
  t.equal(readConfig({ SENDGRID_API_KEY: "", SENDGRID_API_KEY_FILE: join(folder, "link") }).sendGrid?.apiKey.reveal(), CANARY);
  t.equal(readConfig({ SENDGRID_API_KEY: CANARY, SENDGRID_API_KEY_FILE: " " }).sendGrid?.apiKey.reveal(), CANARY);
});

/** What else may lie there, and the words for it. */
function traps(t: Test): Readonly<Record<string, RegExp>> {
  const folder = t.testdir({ many: `${CANARY}\n${CANARY}\n`, blank: " \n", nothing: "", nul: `${CANARY}\0` });
  writeFileSync(join(folder, "bytes"), Buffer.of(0xff, 0xfe, 0x53, 0x00));
  writeFileSync(join(folder, "huge"), CANARY.repeat(6_000));
  mkdirSync(join(folder, "folder"));
  symlinkSync("circle", join(folder, "circle"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  const named: Record<string, RegExp> = {
    many: /which holds more than one line/,
    nul: /control characters/,
    blank: /which is empty/,
    nothing: /which is empty/,
    bytes: /which is not text in UTF-8/,
    huge: /which is larger than 64 KiB/,
    folder: /which is a folder/,
    circle: /which cannot be read \(ELOOP\)/,
    pipe: /which is not a file/,
    missing: /which does not exist/,
    "many/below": /which does not exist/,
  };
  const paths = Object.entries(named).map(([name, words]) => [join(folder, name), words] as const);
  return Object.fromEntries([...paths, ["/dev/zero", /which is not a file/]]);
}

t.test("T02: what is no secret is refused by name and path, never with what it holds", async (t) => {
  for (const [path, words] of Object.entries(traps(t)))
    for (const name of Object.keys(SECRETS)) {
      const mistakes = mistakesOf({ ...PLAIN, ...SECRETS, [name]: undefined, [`${name}_FILE`]: path });
      t.equal(mistakes.length, 1, `${name}: ${mistakes.join(" ")}`);
      t.ok(mistakes[0]?.startsWith(`${name}_FILE names ${path}, `), mistakes.join(" "));
      t.match(mistakes[0] ?? "", words);
      t.notMatch(mistakes[0] ?? "", CANARY);
    }
});

t.test("a file of exactly 64 KiB is read, one byte more is not", async (t) => {
  const read = (length: number) => mistakesOf({ SENDGRID_API_KEY_FILE: join(t.testdir({ key: "k".repeat(length) }), "key") });
  t.same(read(65_536), []);
  t.match(read(65_537), [/larger than 64 KiB/]);
});

t.test("a file that this account may not read is named", async (t) => {
  const path = join(t.testdir({ key: CANARY }), "key");
  chmodSync(path, 0);
  // Root may read everything; nothing else runs before it is root again.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    t.same(readSecretFile(path), { mistake: "this account may not read" });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

t.test("both at once is a mistake, and so is the secret where its path should be", async (t) => {
  const files = filesOf(t, SECRETS);
  const both = mistakesOf({ ...PLAIN, ...SECRETS, ...files });
  t.same(both.map((mistake) => mistake.replace(/ and .*/, "")).sort(), Object.keys(SECRETS).sort());
  t.match(both[0] ?? "", /^(\w+) and \1_FILE are both set: leave one of them out\.$/);
  const inside = mistakesOf({ ...PLAIN, ...Object.fromEntries(Object.entries(SECRETS).map(([name, value]) => [`${name}_FILE`, value])) });
  t.equal(inside.length, Object.keys(SECRETS).length);
  for (const mistake of [...both, ...inside]) for (const secret of [CANARY, KEY]) t.notOk(mistake.includes(secret), mistake);
  t.match(inside[0] ?? "", /^\w+_FILE must be the path of a file/);
});

t.test("all of them at once, beside other mistakes", async (t) => {
  const env = {
    NODE_ENV: "production",
    PORT: "x",
    ...Object.fromEntries(Object.keys(SECRETS).map((name) => [`${name}_FILE`, "/nowhere/x"])),
  };
  const names = mistakesOf(env).map((mistake) => mistake.split(" ")[0]);
  const files = Object.keys(SECRETS).map((name) => `${name}_FILE`);
  t.same(names.sort(), ["MAIL_FROM", "PORT", "PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_FROM", ...files].sort(), "each once");
});
