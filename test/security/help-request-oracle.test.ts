import t from "tap";
import { newPerson } from "../builders/administrator.ts";
import { type Answer, startProduct } from "../journeys/product.ts";
import { createFormClient } from "../pages/form-client.ts";

/** An answer without what must differ. Headers with their order, since that is seen too. */
function comparable({ status, headers, text }: Answer): string {
  const told = [...headers].map(([name, value]) => (/^(date|x-request-id)$/.test(name) ? name : `${name}: ${value}`));
  return JSON.stringify([status, text, told]);
}

t.test("enumeration by requests for help: the same bytes and the same statements, whoever has the name", async (t) => {
  const statements: string[] = [];
  const run = await startProduct(t, { worker: false, onQuery: (sql) => void statements.push(sql) });
  const { createTenant } = await import("../../src/tenants/create-tenant.pg.ts");
  const make = (domain: string) =>
    run.connection.db.transaction().execute((trx) => createTenant(trx, { name: domain, domain, plan: "business" }, 0));
  const other = (await make("fabrikam.example")) ?? "";
  const shut = (await make("litware.example")) ?? "";
  const elsewhere = await newPerson(run, { tenantId: other, domain: "fabrikam.example" });
  const suspended = await newPerson(run, { tenantId: shut, domain: "litware.example" });
  await run.connection.pool.query("update tenants set suspended_at = now() where id = $1", [shut]);
  const disabled = await newPerson(run, { enabled: false });
  const names: Readonly<Record<string, string>> = {
    known: run.person("henrik").userPrincipalName,
    "an administrator": run.person("ylva").userPrincipalName,
    unknown: "nobody.there@contoso.example",
    "no domain of ours": "nobody@elsewhere.example",
    disabled: disabled.userPrincipalName,
    "another tenant": elsewhere.userPrincipalName,
    "a suspended tenant": suspended.userPrincipalName,
    "no name": "%%% nothing %%%",
  };
  const byApi = new Map<string, string>();
  const byPage = new Map<string, string>();
  for (const [kind, userPrincipalName] of Object.entries(names)) {
    statements.length = 0;
    const answer = await run.call("POST", "/v1/help-requests", { body: { userPrincipalName, message: "I am lost." } });
    t.equal(answer.status, 202, kind);
    byApi.set(kind, `${comparable(answer)}\n${statements.join("\n")}`);
    const client = createFormClient(run);
    await client.get("/help");
    statements.length = 0;
    const { status, html } = await client.post("/help", { userPrincipalName, message: "I am lost." });
    byPage.set(kind, [status, html, ...statements].join("\n"));
  }
  for (const kind of Object.keys(names)) {
    t.equal(byApi.get(kind), byApi.get("unknown"), kind);
    t.equal(byPage.get(kind), byPage.get("unknown"), `${kind}, on the page`);
  }
  const { rows } = await run.connection.pool.query("select payload::text from graphile_worker._private_jobs");
  t.equal(rows.length, 2 * Object.keys(names).length, "each becomes a job");
  t.notMatch(rows.map(({ payload }) => payload).join(), /henrik|contoso|lost/, "which says nothing");
});
