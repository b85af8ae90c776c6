import t from "tap";
import { SCOPES } from "../../src/kit/rights.ts";
import { rekey } from "./rekey-process.ts";

const COMMANDS = [
  "serve",
  "worker",
  "migrate",
  "tenants create",
  "tenants list",
  "tenants trust-issuer",
  "apps create",
  "users import",
  "users list",
  "users set",
];

t.test("help is on standard output, teaches by an example, and ends with 0", async (t) => {
  for (const command of ["", ...COMMANDS]) {
    const { code, stdout, stderr } = await rekey([...command.split(" ").filter(Boolean), "--help"]);
    t.match({ code, stdout, stderr }, { code: 0, stderr: "", stdout: /^Usage: rekey/ }, command);
    t.match(stdout, new RegExp(`\nExample.*\n(.*\n)*  (\\S+=\\S+ )*rekey ${command}`), `${command}: an example of itself`);
    if (command !== "") t.match((await rekey(["--help"])).stdout, new RegExp(`\n  ${command.split(" ")[0]} `), `${command} is listed`);
  }
});

t.test("wrong usage ends with 2, says what is wrong on standard error, and prints nothing", async (t) => {
  const tenant = ["tenants", "create", "--domain", "contoso.example", "--name", "Contoso"];
  const issuer = [
    "tenants",
    "trust-issuer",
    "--domain",
    "contoso.example",
    "--issuer",
    "https://login.contoso.example",
    "--audience",
    "rekey",
  ];
  const wrong: readonly (readonly [string[], RegExp])[] = [
    [[], /^Usage: rekey/],
    [["tenants"], /^Usage: rekey tenants/],
    [["tenent"], /^error: unknown command 'tenent'\n\(Did you mean tenants\?\)\n/],
    [["users", "list", "--jsn"], /^error: unknown option '--jsn'/],
    [["users", "list", "more"], /^error: too many arguments/],
    [["users", "list", "--limit", "0"], /^error: .*--limit.* It must be a whole number of 1 or more\./],
    [["users", "set", "a@b.example"], /^error: Give one of --never-expires and --expires\./],
    [["users", "set", "a@b.example", "--expires", "--never-expires"], /^error: Give one of/],
    [["users", "set", "--expires"], /^error: missing required argument 'user'/],
    [["users", "import"], /^error: missing required argument 'file'/],
    [["users", "import", "a.csv", "--format", "xlsx"], /^error: .*Allowed choices are csv, ndjson\./],
    [tenant, /^error: required option '--admin <name@domain>' not specified/],
    [[...tenant, "--admin", "ylva"], /^error: --admin ylva is not a user principal name/],
    [[...tenant, "--admin", "ylva@fabrikam.example"], /^error: --admin ylva@fabrikam\.example is not in the domain contoso\.example\.\n$/],
    [[...tenant, "--admin", "ylva@contoso.example", "--plan", "gold"], /^error: .*Allowed choices are trial, business,/],
    [
      [...tenant.slice(0, -1), "\u001b[2J", "--admin", "ylva@contoso.example"],
      /^error: --name must be 1 to 200 characters on one line\.\n$/,
    ],
    [
      ["tenants", "create", "--domain", "127.0.0.1", "--name", "C", "--admin", "y@127.0.0.1"],
      /^error: --domain 127\.0\.0\.1 is not a domain/,
    ],
    [issuer, /^error: Give --jwks-url, --claim, or --none to trust nobody\.\n$/],
    [[...issuer, "--none"], /^error: --none goes without --issuer\.\n$/],
    [[...issuer, "--claim", "upn", "--jwks-url", "http://login.contoso.example/keys"], /^error: --jwks-url must be an https URL/],
    [[...issuer, "--claim", "u p n", "--jwks-url", "https://login.contoso.example/keys"], /^error: --claim must be 1 to 500 characters/],
    [["apps", "create", "--tenant", "contoso.example", "--name", "HR", "--scope", " "], /^error: --scope names nothing/],
    [["migrate", "--down", "2"], /^error: --down 2 deletes .* add --yes/],
  ];
  for (const [args, words] of wrong) t.match(await rekey(args), { code: 2, stdout: "", stderr: words }, args.join(" "));
});

t.test("an unknown scope is named, and so are those there are", async (t) => {
  const scope = "users:read users:writ";
  const { code, stdout, stderr } = await rekey([
    "apps",
    "create",
    "--tenant",
    "contoso.example",
    "--name",
    "HR",
    "--scope",
    scope,
    "--json",
  ]);
  t.match({ code, stdout }, { code: 2, stdout: "" });
  t.match(stderr, /^error: There is no scope users:writ\./);
  for (const known of SCOPES) t.match(stderr, `  ${known}\n`);
});

t.test("mistakes in the environment are told all at once, without the secrets in them, and end with 1", async (t) => {
  const database = { DATABASE_URL: "mysql://rekey:hunter2@db.contoso.example/rekey" };
  const { code, stdout, stderr } = await rekey(["tenants", "list"], { env: database });
  t.match({ code, stdout, stderr }, { code: 1, stdout: "", stderr: /DATABASE_URL must be a URL that begins with postgres:\/\// });
  t.notMatch(stderr, "hunter2");
  const client = { REKEY_URL: "https://reset.contoso.example/path", REKEY_CLIENT_SECRET: "hunter2" };
  const refused = await rekey(["users", "list"], { env: client });
  t.match(refused, { code: 1, stdout: "", stderr: /REKEY_URL must be an origin(.|\n)*REKEY_CLIENT_ID is not set/ });
  t.notMatch(refused.stderr, "hunter2");
  t.match(await rekey(["tenants", "list"], { env: { NODE_ENV: "production" } }), {
    code: 1,
    stderr: /DATABASE_URL is required in production/,
  });
});

t.test("colours are for terminals", async (t) => {
  t.match((await rekey(["tenent"], { env: { FORCE_COLOR: "1" } })).stderr, "\u001b[31merror:\u001b[39m", "when they are asked for");
  t.match((await rekey(["tenent"], { env: { FORCE_COLOR: "0" } })).stderr, /^error:/);
  t.notMatch((await rekey(["tenent"])).stderr, "\u001b");
  t.notMatch((await rekey(["--help"])).stdout, "\u001b");
});

t.test("--version prints the version", async (t) => {
  t.match(await rekey(["--version"]), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: "" });
});
