import { inspect } from "node:util";
import t from "tap";
import { type Config, readConfig } from "../../src/config.ts";
import { mistakesOf, WITHOUT_MAIL as PRODUCTION } from "../builders/production-environment.ts";

const TWILIO = { TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "the-token", TWILIO_FROM: "+46700000001" };

t.test("nothing set: no provider", async (t) => {
  const { sendGrid, twilio } = readConfig({});
  t.strictSame([sendGrid, twilio], [null, null]);
});

t.test("what is set is read, with the vendors' addresses where none is given", async (t) => {
  const { sendGrid, twilio } = readConfig({ SENDGRID_API_KEY: "SG.key", ...TWILIO });
  t.match(sendGrid, { baseUrl: "https://api.sendgrid.com" });
  t.equal(sendGrid?.apiKey.reveal(), "SG.key");
  t.match(twilio, { accountSid: "AC1", username: "AC1", sender: { from: "+46700000001" }, baseUrl: "https://api.twilio.com" });
  t.strictSame([twilio?.password.reveal(), twilio?.authToken?.reveal()], ["the-token", "the-token"]);
  const other = readConfig({
    ...TWILIO,
    TWILIO_BASE_URL: "http://127.0.0.1:9/",
    SENDGRID_API_KEY: "k",
    SENDGRID_BASE_URL: "http://sg.test/v/",
  });
  t.strictSame([other.twilio?.baseUrl, other.sendGrid?.baseUrl], ["http://127.0.0.1:9", "http://sg.test/v"]);
});

t.test("an API key makes the calls; the token beside it still checks signatures", async (t) => {
  const key = { TWILIO_ACCOUNT_SID: "AC1", TWILIO_API_KEY: "SK1", TWILIO_API_SECRET: "the-secret", TWILIO_MESSAGING_SERVICE_SID: "MG1" };
  const alone = readConfig(key).twilio;
  t.match(alone, { username: "SK1", authToken: null, sender: { messagingServiceSid: "MG1" } });
  t.equal(alone?.password.reveal(), "the-secret");
  const both = readConfig({ ...key, TWILIO_AUTH_TOKEN: "the-token" }).twilio;
  t.strictSame([both?.username, both?.authToken?.reveal()], ["SK1", "the-token"]);
});

t.test("secrets do not print themselves", async (t) => {
  const config: Config = readConfig({ ...TWILIO, SENDGRID_API_KEY: "SG.key" });
  t.notMatch(inspect(config, { depth: 9 }) + JSON.stringify(config), /the-token|SG\.key/);
});

t.test("half a configuration, and every mistake at once", async (t) => {
  const cases: [Record<string, string>, RegExp[]][] = [
    [{ SENDGRID_BASE_URL: "https://api.sendgrid.com" }, [/^SENDGRID_BASE_URL needs SENDGRID_API_KEY/]],
    [{ SENDGRID_API_KEY: "k", SENDGRID_BASE_URL: "api.sendgrid.com" }, [/^SENDGRID_BASE_URL must be a URL/]],
    [{ ...TWILIO, TWILIO_BASE_URL: "ftp://api.twilio.com" }, [/^TWILIO_BASE_URL must be a URL/]],
    [{ ...TWILIO, TWILIO_BASE_URL: "https://user:pass@api.twilio.com" }, [/^TWILIO_BASE_URL must be a URL/]],
    [{ TWILIO_FROM: "+46700000000" }, [/^TWILIO_ACCOUNT_SID is not set/, /^TWILIO_AUTH_TOKEN is not set/]],
    [{ TWILIO_BASE_URL: "https://x.example" }, [/^TWILIO_ACCOUNT_SID/, /^TWILIO_AUTH_TOKEN/, /^TWILIO_FROM is not set/]],
    [{ ...TWILIO, TWILIO_ACCOUNT_SID: "SK1" }, [/^TWILIO_ACCOUNT_SID must begin with AC/]],
    [{ ...TWILIO, TWILIO_API_KEY: "SK1" }, [/belong together/]],
    [{ ...TWILIO, TWILIO_AUTH_TOKEN: "", TWILIO_API_SECRET: "s" }, [/belong together/]],
    [{ ...TWILIO, TWILIO_AUTH_TOKEN: "" }, [/^TWILIO_AUTH_TOKEN is not set, nor/]],
    [{ ...TWILIO, TWILIO_MESSAGING_SERVICE_SID: "MG1" }, [/exclude each other/]],
    [{ ...TWILIO, TWILIO_FROM: "" }, [/^TWILIO_FROM is not set, nor/]],
    [{ ...TWILIO, TWILIO_FROM: "0700000000" }, [/^TWILIO_FROM must be a number in E\.164/]],
    [{ ...TWILIO, TWILIO_FROM: "", TWILIO_MESSAGING_SERVICE_SID: "+46700000000" }, [/must begin with MG/]],
    [
      {
        TWILIO_ACCOUNT_SID: "x",
        TWILIO_API_KEY: "SK1",
        TWILIO_FROM: "1",
        TWILIO_MESSAGING_SERVICE_SID: "x",
        TWILIO_BASE_URL: "x",
        SENDGRID_BASE_URL: "x",
      },
      [/SENDGRID_BASE_URL must/, /SENDGRID_BASE_URL needs/, /AC;/, /belong/, /exclude/, /E\.164/, /MG/, /TWILIO_BASE_URL/],
    ],
  ];
  for (const [env, expected] of cases) {
    const found = mistakesOf(env);
    t.equal(found.length, expected.length, found.join(" | "));
    for (const [index, pattern] of expected.entries()) t.match(found[index], pattern);
    for (const secret of ["the-token", "user:pass"]) t.notOk(found.join().includes(secret));
  }
});

t.test("production needs a way to send email, and encrypts what leaves the machine", async (t) => {
  t.match(mistakesOf(PRODUCTION), [/^SENDGRID_API_KEY or SMTP_URL is required in production/]);
  t.strictSame(mistakesOf({ ...PRODUCTION, SENDGRID_API_KEY: "k" }), []);
  t.strictSame(mistakesOf({ ...PRODUCTION, SMTP_URL: "smtps://mail.northwind.example" }), []);
  const far = {
    ...PRODUCTION,
    ...TWILIO,
    SENDGRID_API_KEY: "k",
    SENDGRID_BASE_URL: "http://a.example",
    TWILIO_BASE_URL: "http://b.example",
  };
  t.match(mistakesOf(far), [/^SENDGRID_BASE_URL must be https/, /^TWILIO_BASE_URL must be https/]);
  const near = {
    ...PRODUCTION,
    ...TWILIO,
    SENDGRID_API_KEY: "k",
    SENDGRID_BASE_URL: "http://127.0.0.1:9",
    TWILIO_BASE_URL: "http://localhost:9",
  };
  t.strictSame(mistakesOf(near), []);
});
