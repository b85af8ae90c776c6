import t from "tap";
import { type Answer, type StartedProduct, startProduct } from "../journeys/product.ts";
import { signIn } from "../journeys/reset-steps.ts";
import { userId } from "./another-person.ts";

/** Why somebody cannot sign in, though the password is right: each is another person of the demonstration. */
const CLOSED: Readonly<Record<string, readonly [name: string, change: string]>> = {
  "a disabled account": ["ylva", "update users set enabled = false where id = $1"],
  "a suspended password": ["odd", "update passwords set suspended = true where user_id = $1"],
  "a deleted account": ["mirja", "update users set deleted_at = now() where id = $1"],
  "a password that ran out": ["tove", "update passwords set expires_at = now() - interval '1 day' where user_id = $1"],
  "no password": ["signe", "delete from passwords where user_id = $1"],
};

function comparable({ status, headers, text }: Answer): string {
  const shown = [...headers].map(([name, value]) => (name === "date" ? name : `${name}: ${value}`));
  return [status, ...shown, text.replace(/"instance":"[^"]*"/, "")].join("\n");
}

t.test("A04 A90: every failed sign-in answers alike, after the same statements", async (t) => {
  const statements: string[] = [];
  const run: StartedProduct = await startProduct(t, {
    state: "redis",
    worker: false,
    onQuery: (sql) => statements.push(sql.replace(/\s+/g, " ")),
  });
  const attempts: Record<string, readonly [string, string]> = {
    "a wrong password": [run.person("henrik").userPrincipalName, "wrong"],
    "a name that nobody has": ["nobody.there@contoso.example", "wrong"],
    "a domain that nobody has": ["somebody@elsewhere.example", "wrong"],
    "no name at all": ["%%%", "wrong"],
    "a very long password": [run.person("henrik").userPrincipalName, "x".repeat(8_192)],
  };
  for (const [what, [name, change]] of Object.entries(CLOSED)) {
    const { userPrincipalName, password } = run.person(name);
    await run.connection.pool.query(change, [await userId(run, userPrincipalName)]);
    attempts[what] = [userPrincipalName, password];
  }
  const seen = new Map<string, string>();
  for (const [what, [name, password]] of Object.entries(attempts)) {
    statements.length = 0;
    const answer = await signIn(run, name, password);
    seen.set(what, `${comparable(answer)}\n${statements.join("\n")}`);
  }
  const [[, first = ""] = []] = seen;
  t.match(first, /^401\n/);
  t.match(first, '"code":"sign-in-failed"');
  for (const [what, answer] of seen) t.equal(answer, first, what);
  const { userPrincipalName, password } = run.person("henrik");
  t.equal((await signIn(run, userPrincipalName, password)).json.next, "done");
});

t.test("K03: whoever must change the password gets a token for that alone", async (t) => {
  const run = await startProduct(t, { worker: false });
  const { userPrincipalName, password } = run.person("henrik");
  await run.connection.pool.query("update passwords set must_change = true where user_id = $1", [await userId(run, userPrincipalName)]);
  const { status, json } = await signIn(run, userPrincipalName, password);
  t.match([status, json], [200, { next: "interrupts", interrupts: ["change-password"] }]);
  for (const path of ["/v1/me", "/v1/users", "/v1/policy"])
    t.equal((await run.call("GET", path, { token: json.accessToken })).status, 401, path);
});

t.test("E05 E04: a password is compared whole, and as text is compared", async (t) => {
  const run = await startProduct(t, { worker: false });
  const { userPrincipalName, password } = run.person("henrik");
  for (const other of [
    `${password} `,
    ` ${password}`,
    `${password}\0`,
    password.slice(0, -1),
    password.toUpperCase(),
    `${password.normalize("NFKD")}\u0301`,
  ])
    t.equal((await signIn(run, userPrincipalName, other)).status, 401, JSON.stringify(other.slice(-4)));
  t.equal((await signIn(run, userPrincipalName.toUpperCase(), password)).status, 200, "a name by its rule");
});
