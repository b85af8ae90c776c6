import t from "tap";
import { newAdministrator } from "../builders/administrator.ts";
import { anotherTenant, auditEvents, demoApplication, newApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { createFormClient } from "../pages/form-client.ts";
import { png } from "./png.ts";

t.test("an organisation reads itself, and its Global Administrator changes its look", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const first = await app.call("GET", "/v1/tenant");
  t.same(first.json, {
    id: run.demo.tenant.id,
    name: "Contoso Demo",
    domains: ["contoso.example"],
    plan: "premium",
    branding: { accentColor: null, logo: null },
    suspended: false,
  });
  const admin = await newAdministrator(run, ["globalAdministrator"]);
  const logo = png(40, 40).toString("base64");
  const changed = await admin.call("PATCH", "/v1/tenant", { body: { name: "Contoso Group", branding: { accentColor: "#7A1F5C", logo } } });
  t.equal(changed.status, 200);
  t.match(changed.json, { name: "Contoso Group", branding: { accentColor: "#7a1f5c", logo: /^\/branding\/logo\/[\w-]{32}\.png$/ } });
  t.same((await app.call("GET", "/v1/tenant")).json, changed.json);
  const events = [...(await auditEvents(run, "tenant.rename")), ...(await auditEvents(run, "tenant.brand"))];
  t.match(events, [
    { actor: { kind: "user", id: admin.id }, details: { before: "Contoso Demo", after: "Contoso Group" } },
    { actor: { kind: "user", id: admin.id }, details: { before: { accentColor: null, logo: null }, after: { accentColor: "#7a1f5c" } } },
  ]);
  t.equal((await admin.call("PATCH", "/v1/tenant", { body: { name: "Contoso Group" } })).status, 200);
  t.equal((await auditEvents(run, "tenant.rename")).length, 1, "what is as it was is no event");

  const picture = await fetch(new URL(changed.json.branding.logo, run.baseUrl));
  t.match(
    [picture.status, picture.headers.get("content-type"), picture.headers.get("x-content-type-options")],
    [200, "image/png", "nosniff"],
  );
  t.equal(Buffer.from(await picture.arrayBuffer()).toString("base64"), logo);
  const style = await fetch(new URL("/branding/accent/7a1f5c.css", run.baseUrl));
  t.match([style.status, style.headers.get("content-type")], [200, "text/css; charset=utf-8"]);
  t.match(await style.text(), "--accent:#7a1f5c");

  const gone = await admin.call("PATCH", "/v1/tenant", { body: { branding: { logo: null, accentColor: null } } });
  t.same(gone.json.branding, { accentColor: null, logo: null });
  t.equal((await fetch(new URL(changed.json.branding.logo, run.baseUrl))).status, 404);
});

t.test("nobody else changes it, and nothing that cannot be shown is taken", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  t.match((await app.call("PATCH", "/v1/tenant", { body: { name: "X" } })).json, { status: 403, missing: ["scope"] });
  const reader = await newAdministrator(run, ["globalReader"]);
  t.match((await reader.call("PATCH", "/v1/tenant", { body: { name: "X" } })).json, { status: 403, missing: ["role"] });
  t.equal((await newApplication(run, { scopes: ["audit:read"] }).then((other) => other.call("GET", "/v1/tenant"))).status, 403);
  t.match((await (await anotherTenant(run, "fabrikam.example")).call("GET", "/v1/tenant")).json, { domains: ["fabrikam.example"] });
  const admin = await newAdministrator(run, ["globalAdministrator"]);
  const big = Buffer.alloc(65_537).toString("base64");
  for (const body of [
    {},
    [],
    { name: "" },
    { name: " x" },
    { name: "a\nb" },
    { name: "a\u0000" },
    { name: "x".repeat(201) },
    { name: null },
    { plan: "premium" },
    { domains: ["fabrikam.example"] },
    { suspended: false },
    { branding: {} },
    { branding: { accentColor: "#ffcc00" } },
    { branding: { accentColor: "red;}" } },
    { branding: { logo: "PHN2Zz4=" } },
    { branding: { logo: big } },
    { branding: { logo: "not base64!" } },
  ])
    t.equal((await admin.call("PATCH", "/v1/tenant", { body })).status, 400, JSON.stringify(body).slice(0, 60));
  for (const path of ["accent/7a1f5c", "accent/7a1f5g.css", "logo/x.png", "logo/..%2f..%2fetc.png", "accent/red.css"])
    t.ok([400, 404].includes((await fetch(new URL(`/branding/${path}`, run.baseUrl))).status), path);
});

t.test("its look is on the pages where it is known which organisation it is, for every name of its domains alike", async (t) => {
  const run = await startProduct(t, { worker: false });
  await run.connection.pool.query("update tenants set accent_color = '#7a1f5c', name = '<b>Contoso</b>' where id = $1", [
    run.demo.tenant.id,
  ]);
  const client = createFormClient(run);
  const marks = (html: string) => [/accent\/7a1f5c\.css/.test(html), /<span>&lt;b>Contoso|<span>&lt;b&gt;Contoso/.test(html)];
  t.same(marks((await client.get("/reset")).html), [false, false]);
  for (const page of ["/", "/reset", "/sign-in", "/help", "/user-name"])
    t.same(marks((await client.get(`${page}?tenant=Contoso.Example`)).html), [true, true], page);
  for (const tenant of ["elsewhere.example", "%00", "contoso.example/", "..", ""])
    t.same(marks((await client.get(`/reset?tenant=${tenant}`)).html), [false, false], tenant);
  for (const name of [run.person("henrik").userPrincipalName, "nobody@contoso.example"]) {
    const other = createFormClient(run);
    await other.get("/reset");
    t.same(marks((await other.submit("/reset", { userPrincipalName: name })).html), [true, true], name);
  }
});
