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
  "tenants recover-admin",
  "apps create",
  "users import",
  "users list",
  "users set",
  "users show",
  "users reset",
  "users force-change",
  "users unlock",
  "users delete",
  "users restore",
  "users offboard",
  "users eligibility",
  "methods set",
  "groups list",
  "groups create",
  "groups add",
  "groups remove",
  "roles list",
  "help-requests list",
  "help-requests resolve",
  "policy get",
  "policy set",
  "policy preview",
  "policy versions",
  "policy restore",
  "policy spread",
  "approvals list",
  "approvals show",
  "approvals withdraw",
  "jobs list",
  "jobs watch",
  "jobs cancel",
  "jobs results",
  "audit list",
  "audit export",
  "audit verify",
  "reports registration",
  "reports resets",
];

t.test("help is on standard output, teaches by an example, and ends with 0", async (t) => {
  const overview = (await rekey(["--help"])).stdout;
  for (const command of ["", ...COMMANDS]) {
    const { code, stdout, stderr } = await rekey([...command.split(" ").filter(Boolean), "--help"]);
    t.match({ code, stdout, stderr }, { code: 0, stderr: "", stdout: /^Usage: rekey/ }, command);
    t.match(stdout, new RegExp(`\nExample.*\n(.*\n)*  (\\S+=\\S+ )*rekey ${command}`), `${command}: an example of itself`);
    if (command !== "") t.match(overview, new RegExp(`\n  ${command.split(" ")[0]} `), `${command} is listed`);
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
    [["users", "reset"], /^error: Name one person, or give one of --file, --group and --all\./],
    [["users", "reset", "a@b.example", "--all"], /^error: Name one person, or give one of/],
    [["users", "reset", "a@b.example", "--out", "x.csv"], /^error: --out is for many/],
    [["users", "reset", "--all", "--yes"], /^error: --out FILE says where the passwords go/],
    [["users", "reset", "a@b.example", "--hours", "9000"], /^error: --hours must be a whole number from 0 to 8760\./],
    [["users", "reset", "a@b.example", "--link", "--keep"], /^error: --link goes without/],
    [["users", "force-change"], /^error: Name people, or give one of --file, --group and --all\./],
    [["methods", "set", "a@b.example"], /^error: Give type=value/],
    [["methods", "set", "a@b.example", "pigeon=x"], /^error: pigeon=x: give email=VALUE/],
    [["policy", "set"], /^error: Give path=value/],
    [["policy", "set", "methodsRequired"], /^error: methodsRequired: give path=value/],
    [["policy", "restore", "one"], /^error: The version is a number/],
    [["jobs", "results", "1"], /^error: required option '--out <file>' not specified/],
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
