import t from "tap";
import { startProduct } from "../journeys/product.ts";
import { startIssuer } from "../sign-in/external-issuer.ts";
import { rekey, rekeyJson } from "./rekey-process.ts";

t.test("tenants trust-issuer has people's own calls take its tokens, and --none takes them no more", async (t) => {
  const run = await startProduct(t, { worker: false });
  const env = { DATABASE_URL: run.config.databaseUrl?.reveal() ?? "" };
  const issuer = await startIssuer(t, () => run.clock.now());
  const { trusted } = issuer;
  const command = (domain: string) => [
    ...["tenants", "trust-issuer", "--domain", domain, "--issuer", trusted.issuer, "--audience", trusted.audience],
    ...["--jwks-url", trusted.jwksUrl, "--claim", trusted.userClaim],
  ];
  const me = async () =>
    (await run.call("GET", "/v1/me", { token: await issuer.sign({ upn: run.person("henrik").userPrincipalName }) })).status;
  t.equal(await me(), 401);
  const tenant = { id: run.demo.tenant.id, domain: "contoso.example" };
  t.strictSame(await rekeyJson(t, command("CONTOSO.example"), { env }), { tenant, trustedIssuer: trusted });
  t.equal(await me(), 200);
  const { stdout } = await rekey(command("contoso.example"), { env });
  t.match(stdout, /^ {2}issuer {4}https:\/\/login\.contoso\.example\/\n {2}audience {2}rekey\n/m, "twice is once");

  await rekeyJson(t, ["tenants", "create", "--domain", "fabrikam.example", "--name", "Fabrikam", "--admin", "a@fabrikam.example"], { env });
  t.match(await rekey(command("fabrikam.example"), { env }), {
    code: 1,
    stdout: "",
    stderr: /^error: Another tenant trusts https.* already/,
  });
  t.match(await rekey(command("nobody.example"), { env }), {
    code: 1,
    stdout: "",
    stderr: /^error: No tenant has the domain nobody\.example/,
  });
  t.equal(await me(), 200);

  t.strictSame(await rekeyJson(t, ["tenants", "trust-issuer", "--domain", "contoso.example", "--none"], { env }), {
    tenant,
    trustedIssuer: null,
  });
  t.equal(await me(), 401);
  const { rows } = await run.connection.pool.query(
    "select tenant_id, outcome, actor, details from audit_events where type = 'tenant.trust-issuer' order by at",
  );
  const event = (trustedIssuer: object | null) => ({
    tenant_id: tenant.id,
    outcome: "success",
    actor: { kind: "operator" },
    details: { domain: "contoso.example", trustedIssuer },
  });
  t.strictSame(rows, [event(trusted), event(trusted), event(null)]);
});
