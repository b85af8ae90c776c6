import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { newPerson } from "../builders/administrator.ts";
import { anotherTenant } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { png } from "../tenants/png.ts";
import { rekey, rekeyJson } from "./rekey-process.ts";

t.test("domains, plan, name and look of a tenant, each with its event", async (t) => {
  const run = await startProduct(t, { worker: false });
  const env = { DATABASE_URL: run.config.databaseUrl?.reveal() ?? "" };
  const of = (...words: string[]) => ["tenants", ...words, "--domain", "contoso.example"];
  const refused = async (words: string[], said: RegExp, code = 1) =>
    t.match(await rekey(words, { env }), { code, stdout: "", stderr: said }, words.join(" "));
  await anotherTenant(run, "fabrikam.example");

  const added = await rekeyJson(t, of("domains", "add", "Contoso.EU.example"), { env });
  t.same(added.tenant.domains, ["contoso.eu.example", "contoso.example"]);
  await refused(of("domains", "add", "fabrikam.example"), /^error: The domain fabrikam\.example belongs to another tenant\./);
  await refused(of("domains", "add", "no domain"), /^error: The domain no domain is not a domain name/, 2);
  t.same((await rekeyJson(t, of("domains", "list"), { env })).items, ["contoso.eu.example", "contoso.example"]);
  const { id } = await newPerson(run, { domain: "contoso.eu.example" });
  await refused(
    of("domains", "remove", "contoso.eu.example"),
    /^error: The domain contoso\.eu\.example stays: 1 person has a name in it\./,
  );
  await run.connection.pool.query("update users set deleted_at = now() where id = $1", [id]);
  await refused(of("domains", "remove", "contoso.eu.example"), /stays: 1 person/);
  await run.connection.pool.query("delete from users where id = $1", [id]);
  t.match(await rekey(of("domains", "remove", "contoso.eu.example"), { env }), {
    code: 0,
    stdout: /^Contoso Demo no longer has contoso\.eu\.example\.\n/,
  });
  await refused(of("domains", "remove", "contoso.eu.example"), /is none of this tenant's\./);
  await refused(of("domains", "remove", "contoso.example"), /is the only one of this tenant, and stays\./);

  t.match(await rekeyJson(t, of("plan", "--plan", "trial"), { env }), { tenant: { plan: "trial" } });
  await refused(of("plan", "--plan", "golden"), /golden/, 2);
  t.match(await rekeyJson(t, of("rename", "--name", "Contoso Group"), { env }), { tenant: { name: "Contoso Group" } });

  const folder = await mkdtemp(join(tmpdir(), "rekey-logo-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const logo = join(folder, "logo.png");
  await writeFile(logo, png(32, 32));
  const branded = await rekeyJson(t, of("brand", "--accent", "#7A1F5C", "--logo", logo), { env });
  t.match(branded.tenant.branding, { accentColor: "#7a1f5c", logo: /^[\w-]{32}$/ });
  await refused(of("brand"), /^error: Give --name, --accent or --logo/, 2);
  await refused(of("brand", "--accent", "#ffcc00"), /^error: --accent #ffcc00 is too light: its contrast .* 4\.5:1 is needed\./, 2);
  await refused(of("brand", "--logo", join(folder, "none.png")), /^error: .*none\.png cannot be read: no such file or directory\./);
  await writeFile(logo, "<svg/>");
  await refused(of("brand", "--logo", logo), /must be a PNG picture\./, 2);
  t.match(await rekey(of("brand", "--no-accent", "--no-logo"), { env }), { code: 0, stdout: /accent colour +Rekey's\n +logo +none/ });
  await refused(["tenants", "plan", "--domain", "nobody.example", "--plan", "trial"], /^error: No tenant has the domain nobody\.example\./);

  const { rows } = await run.connection.pool.query(
    "select type, actor->>'kind' as actor, details from audit_events where type like 'tenant.%' order by at, id",
  );
  const types = rows.map(({ type, actor }) => `${type} ${actor}`).sort();
  const kinds = ["brand", "brand", "domain-add", "domain-remove", "plan", "rename"];
  t.same(
    types,
    kinds.map((kind) => `tenant.${kind} operator`),
  );
  t.match(rows.find(({ type }) => type === "tenant.plan")?.details, { before: "premium", after: "trial" });
});

t.test("every command about a tenant teaches with an example", async (t) => {
  for (const words of ["domains add", "domains remove", "domains list", "plan", "rename", "brand", "suspend", "resume"]) {
    const { code, stdout } = await rekey(["tenants", ...words.split(" "), "--help"]);
    t.equal(code, 0);
    t.match(stdout, new RegExp(`Example:\\n  rekey tenants ${words}`), words);
    t.match(stdout, "--json", words);
  }
});
