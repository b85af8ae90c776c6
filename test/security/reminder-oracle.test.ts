import t from "tap";
import { type Answer, startProduct } from "../journeys/product.ts";
import { addressOf } from "../journeys/reset-steps.ts";

/** An answer without what must differ. Headers with their order, since that is seen too. */
function comparable({ status, headers, text }: Answer): string {
  return JSON.stringify([
    status,
    text,
    [...headers].map(([name, value]) => (/^(date|x-request-id)$/.test(name) ? name : `${name}: ${value}`)),
  ]);
}

t.test("enumeration by reminders: the same bytes and the same statements, whoever has the address", async (t) => {
  const statements: string[] = [];
  const run = await startProduct(t, { worker: false, onQuery: (sql) => void statements.push(sql) });
  const person = run.person("henrik");
  const kinds: Record<string, string> = {
    verified: addressOf(person, "email"),
    "a number": addressOf(person, "mobilePhone"),
    unknown: "nobody@example.com",
    "an unknown number": "+46701740699",
    "a user name": person.userPrincipalName,
    "no address": "%%% nothing %%%",
  };
  const seen = new Map<string, string>();
  for (const [kind, emailOrPhone] of Object.entries(kinds)) {
    statements.length = 0;
    const answer = await run.call("POST", "/v1/user-name-reminders", { body: { emailOrPhone } });
    t.equal(answer.status, 202, kind);
    seen.set(kind, `${comparable(answer)}\n${statements.join("\n")}`);
  }
  for (const [kind, looks] of seen) t.equal(looks, seen.get("unknown"), kind);
  const { rows } = await run.connection.pool.query("select length(payload::text) as size from graphile_worker._private_jobs");
  t.equal(rows.length, Object.keys(kinds).length, "each becomes a job");
});
