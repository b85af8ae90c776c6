import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import t, { type Test } from "tap";
import { temporaryFolder } from "../database/temporary-folder.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { type RunOptions, rekey, rekeyJson } from "./rekey-process.ts";

/** The environment of the demonstration's application. */
const client = ({ baseUrl, demo }: StartedProduct): RunOptions => ({
  env: { REKEY_URL: baseUrl, REKEY_CLIENT_ID: demo.app.clientId, REKEY_CLIENT_SECRET: demo.app.clientSecret },
});

const GOOD =
  "userPrincipalName,displayName,mobile,usageLocation\nanna@contoso.example,Anna Ek,070-174 06 99,SE\nbo@contoso.example,Bo Ek,,SE\n";
const MIXED = `${GOOD}cecilia@contoso.example,Cecilia,12,SE\n=cmd@contoso.example,\u001b[31mD,,SE\n`;

async function fileOf(t: Test, name: string, text: string): Promise<string> {
  const path = join(await temporaryFolder(t), name);
  await writeFile(path, text);
  return path;
}

t.test("users import: counts for people and machines, and the same file twice changes nothing", async (t) => {
  const product = await startProduct(t);
  const path = await fileOf(t, "people.csv", GOOD);
  const { code, stdout, stderr } = await rekey(["users", "import", path], client(product));
  t.match({ code, stderr }, { code: 0, stderr: "" }, "a short import says nothing on the way");
  t.match(
    stdout,
    /^people\.csv is imported \(\d+(\.\d)? s\)\.\n\n {2}total +2\n {2}created +2\n {2}updated +0\n {2}unchanged +0\n {2}failed +0\n$/,
  );
  const again = await rekeyJson(t, ["users", "import", path], client(product));
  t.match(again, { id: String, state: "done", total: 2, created: 0, unchanged: 2, failed: 0, failures: [], moreFailures: false });
});

t.test("users import: what failed is listed by line, field and reason, and ends with 1", async (t) => {
  const product = await startProduct(t);
  const path = await fileOf(t, "people.csv", MIXED);
  const errors = join(await temporaryFolder(t), "failed.csv");
  const { code, stdout } = await rekey(["users", "import", path, "--errors", errors], client(product));
  t.equal(code, 1);
  t.match(stdout, /^people\.csv is imported, in part \(.*\)\. 2 rows were refused: correct them, and send the file again\.\n/);
  t.match(stdout, /^LINE {2}USER +FIELD +REASON\n {3}4 {2}cecilia@contoso\.example +mobile +The number is too short/m);
  t.notMatch(stdout, "\u001b");
  const rows = (await readFile(errors, "utf8")).split("\r\n");
  t.match(rows[1], /^4,cecilia@contoso\.example,mobile,The number/);
  t.match(rows.slice(2).join("\n"), /^5,,userPrincipalName,/);
  const json = await rekey(["users", "import", path, "--json"], client(product));
  t.equal(json.code, 1);
  t.match(JSON.parse(json.stdout), { total: 4, unchanged: 2, failed: 2, failures: [{ line: 4, field: "mobile" }, { line: 5 }] });
});

t.test("users import: from standard input, and from where npm was called", async (t) => {
  const product = await startProduct(t);
  const input = '{"userPrincipalName":"eva@contoso.example"}\n';
  t.match(await rekeyJson(t, ["users", "import", "-", "--format", "ndjson"], { ...client(product), input }), { created: 1 });
  const path = await fileOf(t, "people.jsonl", input);
  const folder = join(path, "..");
  const throughNpm = { ...client(product).env, npm_lifecycle_event: "rekey", INIT_CWD: folder };
  t.match(await rekeyJson(t, ["users", "import", "people.jsonl"], { env: throughNpm }), { unchanged: 1 });
  t.match(await rekeyJson(t, ["users", "import", "people.jsonl"], { ...client(product), cwd: folder }), { unchanged: 1 });
});

t.test("users import: a longer list than is shown", async (t) => {
  const product = await startProduct(t);
  const bad = Array.from({ length: 620 }, (_, index) => `bad${index},B\n`).join("");
  const path = await fileOf(t, "people.csv", `userPrincipalName,displayName\n${bad}`);
  const { code, stdout } = await rekey(["users", "import", path], client(product));
  t.equal(code, 1);
  t.match(stdout, /^Nothing of people\.csv is imported/);
  t.equal(stdout.match(/^ *\d+ {2}bad\d/gm)?.length, 50);
  t.match(stdout, /\n620 rows failed; the first 50 are shown\. `--errors FILE` writes all of them to a file\.\n$/);
  const errors = join(path, "../failed.csv");
  const written = await rekey(["users", "import", path, "--errors", errors], client(product));
  t.match(written.stdout, /all are in failed\.csv\.\n$/);
  t.equal((await readFile(errors, "utf8")).trimEnd().split("\r\n").length, 621);
});

t.test("users import: files that cannot be sent are wrong usage, and nothing is asked of the service", async (t) => {
  const env = { REKEY_URL: "http://127.0.0.1:9", REKEY_CLIENT_ID: "a", REKEY_CLIENT_SECRET: "b" };
  const path = await fileOf(t, "people.csv", GOOD);
  const wrong: readonly (readonly [string[], RegExp])[] = [
    [["no-such.csv"], /no-such\.csv cannot be read: no such file or directory\.\n$/],
    [["people.xlsx"], /people\.xlsx ends neither in \.csv nor in \.ndjson: add --format/],
    [["-"], /Standard input has no extension: add --format/],
    [[".", "--format", "csv"], /is a folder\.\n$/],
    [[path, "--errors", path], /--errors names the file that is to be imported\.\n$/],
    [[path, "--errors", "no/such/folder.csv"], /--errors .* cannot be written: no such file or directory\.\n$/],
  ];
  for (const [args, words] of wrong)
    t.match(await rekey(["users", "import", ...args], { env }), { code: 2, stdout: "", stderr: words }, args[0] ?? "");
  t.equal(await readFile(path, "utf8"), GOOD, "it is not written over");
});

t.test("users import: what the service refuses is told in its words", async (t) => {
  const product = await startProduct(t);
  const path = await fileOf(t, "people.csv", "name,mail\nAnna,anna@contoso.example\n");
  const refused = await rekey(["users", "import", path, "--json"], client(product));
  t.match(refused, { code: 1, stdout: "", stderr: /^error: The file cannot be read: .*userPrincipalName/ });
  const readOnly = await rekeyJson(t, ["apps", "create", "--tenant", "contoso.example", "--name", "R", "--scope", "users:read"], {
    env: { DATABASE_URL: product.config.databaseUrl?.reveal() ?? "" },
  });
  const env = { REKEY_URL: product.baseUrl, REKEY_CLIENT_ID: readOnly.clientId, REKEY_CLIENT_SECRET: readOnly.clientSecret };
  t.match(await rekey(["users", "import", path], { env }), { code: 1, stdout: "", stderr: /^error: Not allowed: .*users:write/ });
});

t.test("users import: an application that may not read is told the counts all the same", async (t) => {
  const product = await startProduct(t);
  const path = await fileOf(t, "people.csv", MIXED);
  const app = ["apps", "create", "--tenant", "contoso.example", "--name", "W", "--scope", "users:write methods:write"];
  const made = await rekeyJson(t, app, { env: { DATABASE_URL: product.config.databaseUrl?.reveal() ?? "" } });
  const env = { REKEY_URL: product.baseUrl, REKEY_CLIENT_ID: made.clientId, REKEY_CLIENT_SECRET: made.clientSecret };
  const { code, stdout, stderr } = await rekey(["users", "import", path], { env });
  t.equal(code, 1);
  t.match(stdout, /^ {2}created +2\n(.*\n)* {2}failed +2$/m);
  t.match(stderr, /^error: The failed rows cannot be read\. Not allowed: .*users:read/);
});

t.test("users list: a table for people, the API's answer for machines", async (t) => {
  const product = await startProduct(t);
  const { stdout, code } = await rekey(["users", "list"], client(product));
  t.equal(code, 0);
  t.match(stdout, /^USER PRINCIPAL NAME +NAME +STATE +SECURITY INFO +ROLES\n/);
  t.match(stdout, /^ylva\.bjork@contoso\.example +Ylva Björk +enabled +registered +globalAdministrator$/m);
  t.match(stdout, /^signe\.holm@contoso\.example +Signe Holm +enabled +none$/m);
  t.match(await rekeyJson(t, ["users", "list", "--search", "henrik"], client(product)), {
    items: [{ userPrincipalName: "henrik.dahl@contoso.example", securityInfo: { registered: true } }],
    nextCursor: null,
  });
  const names = product.demo.users.map((user) => user.userPrincipalName).sort();
  const { items } = await rekeyJson(t, ["users", "list", "--all"], client(product));
  t.strictSame(
    items.map((user: { userPrincipalName: string }) => user.userPrincipalName),
    names,
  );
  const two = await rekeyJson(t, ["users", "list", "--limit", "2"], client(product));
  t.equal(two.items.length, 2);
  t.type(two.nextCursor, "string");
  t.match(
    (await rekey(["users", "list", "--limit", "2"], client(product))).stdout,
    /\n\nThe first 2 are shown\. `--all` shows everybody\.\n$/,
  );
  t.match(await rekey(["users", "list", "--search", "nobody"], client(product)), { code: 0, stdout: "", stderr: "Nobody was found.\n" });
});

t.test("a service that is not there, or is another one, is one sentence", async (t) => {
  const product = await startProduct(t, { worker: false });
  const { env } = client(product);
  const list = (other: Record<string, string>) => rekey(["users", "list", "--json"], { env: { ...env, ...other } });
  const wrongSecret = await list({ REKEY_CLIENT_SECRET: "hunter2" });
  t.match(wrongSecret, {
    code: 1,
    stdout: "",
    stderr: /^error: \S+ knows no application with this REKEY_CLIENT_ID and REKEY_CLIENT_SECRET\.\n$/,
  });
  t.notMatch(wrongSecret.stderr, "hunter2");
  const away = /^error: http:\/\/127\.0\.0\.1:4 does not answer \(.*ECONNREFUSED.*\): is Rekey running there/;
  t.match(await list({ REKEY_URL: "http://127.0.0.1:4" }), { code: 1, stdout: "", stderr: away });
  const site = await otherSite(t, (_request, response) => response.setHeader("content-type", "text/html").end("<p>welcome"));
  t.match(await list({ REKEY_URL: site }), { code: 1, stdout: "", stderr: /answers, but not as this Rekey does/ });
  const redirect = await otherSite(t, (_request, response) =>
    response.writeHead(301, { location: "https://reset.contoso.example/" }).end(),
  );
  t.match(await list({ REKEY_URL: redirect }), { code: 1, stderr: /sends us on to https:\/\/reset\.contoso\.example: set REKEY_URL/ });
  const gateway = await otherSite(t, (_request, response) => response.writeHead(502).end("bad gateway"));
  t.match(await list({ REKEY_URL: gateway }), { code: 1, stderr: "error: The service answered 502.\n" });
});

t.test("a connection that breaks: what may have been taken is said, and the key keeps it from being done twice", async (t) => {
  const keys: unknown[] = [];
  const site = await otherSite(t, (request, response) => {
    if (request.url === "/oauth/token")
      return void response.setHeader("content-type", "application/json").end('{"access_token":"a","expires_in":900}');
    keys.push(request.headers["idempotency-key"]);
    request.resume().once("end", () => response.destroy());
  });
  const options = { env: { REKEY_URL: site, REKEY_CLIENT_ID: "a", REKEY_CLIENT_SECRET: "b" } };
  const folder = await temporaryFolder(t);
  const file = await fileOf(t, "people.csv", "userPrincipalName\nanna@contoso.example\n");
  for (const whom of [["--all"], ["--group", "g"], ["--file", file]]) {
    const run = await rekey(["users", "reset", ...whom, "--yes", "--out", join(folder, "out.csv")], options);
    t.match(
      run,
      { code: 1, stderr: /broke before it answered \(.*\)\. Look whether the job was begun \(`rekey jobs list`/ },
      whom.join(" "),
    );
  }
  t.equal(keys.length, 3);
  for (const key of keys) t.match(key, /^[\w-]{22}$/);
  t.match(await rekey(["audit", "verify"], options), { code: 1, stderr: /verified in parts: --from and --to\./ });
});

t.test("a plain http service elsewhere is warned of", async (t) => {
  const warned = async (url: string) =>
    (await rekey(["users", "list"], { env: { REKEY_URL: url, REKEY_CLIENT_ID: "a", REKEY_CLIENT_SECRET: "b" } })).stderr;
  t.match(await warned("http://rekey.invalid:4"), /^warning: http:\/\/rekey\.invalid:4 is not encrypted/);
  for (const url of ["http://127.0.0.1:4", "http://localhost:4", "http://[::1]:4", "https://rekey.invalid:4"])
    t.notMatch(await warned(url), "warning");
});

async function otherSite(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

t.test("users set: a password that never expires", async (t) => {
  const product = await startProduct(t);
  const name = product.person("henrik").userPrincipalName;
  await product.connection.pool.query(`update tenants set policy = jsonb_set(policy, '{passwords,lifetimeDays}', '90')`);
  const never = await rekey(["users", "set", name, "--never-expires"], client(product));
  t.match(never, { code: 0, stdout: `${name}: the password never expires.\n` });
  const json = await rekeyJson(t, ["users", "set", name, "--never-expires"], client(product));
  t.match(json, { userPrincipalName: name, password: { neverExpires: true, expiresAt: null } });
  t.match((await rekey(["users", "set", name, "--expires"], client(product))).stdout, /: the password expires on \d{4}-\d\d-\d\d\.\n$/);
  t.match(await rekey(["users", "set", "nobody@contoso.example", "--expires"], client(product)), {
    code: 1,
    stdout: "",
    stderr: /^error: Not found/,
  });
  const administrator = product.person("ylva").userPrincipalName;
  t.match(await rekey(["users", "set", administrator, "--never-expires"], client(product)), {
    code: 1,
    stdout: "",
    stderr: /administrator/,
  });
});
