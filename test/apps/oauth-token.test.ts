import t from "tap";
import { createApp } from "../../src/apps/app-store.pg.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { startProduct } from "../journeys/product.ts";

t.test("the token endpoint answers as OAuth clients expect (RFC 6749 §3.2, §4.4, §5)", async (t) => {
  const run = await startProduct(t, { worker: false });
  const { app, clientSecret } = await createApp(
    run.connection.db,
    { tenantId: run.demo.tenant.id, name: "Test", scopes: ["users:read", "groups:read"] },
    { random: systemRandom, now: run.clock.now() },
  );
  const basic = { authorization: `Basic ${Buffer.from(`${app.id}:${clientSecret}`).toString("base64")}` };
  const ask = async (body: string, headers: Record<string, string> = basic) => {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await fetch(`${run.baseUrl}/oauth/token`, { method: "POST", headers: { ...type, ...headers }, body });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown>, cache: answer.headers.get("cache-control") };
  };
  const grant = "grant_type=client_credentials";
  const post = `&client_id=${app.id}&client_secret=${encodeURIComponent(clientSecret)}`;

  const good = { status: 200, json: { token_type: "Bearer", scope: "users:read groups:read" }, cache: "no-store" };
  t.match(await ask(grant), good);
  t.match(await ask(grant + post, {}), good);
  t.match(await ask(`${grant}&audience=payroll&resource=a&resource=b`), good, "what nobody knows is left alone");
  t.equal((await ask(`${grant}&scope=groups:read+groups:read`)).json.scope, "groups:read");

  const refused: Record<string, [string, string, number?]> = {
    nothing: ["", "invalid_request"],
    "no grant type": ["scope=users:read", "invalid_request"],
    "a parameter twice": [`${grant}&${grant}`, "invalid_request"],
    "a scope without end": [`${grant}&scope=${"x".repeat(2_000)}`, "invalid_request"],
    "two ways at once": [grant + post, "invalid_request"],
    "a password": ["grant_type=password&username=a&password=b", "unsupported_grant_type"],
    "a scope that the application lacks": [`${grant}&scope=users:write`, "invalid_scope"],
    "a word that is none": [`${grant}&scope=users:read%20%20groups:read`, "invalid_scope"],
  };
  for (const [name, [body, error]] of Object.entries(refused)) t.match(await ask(body), { status: 400, json: { error } }, name);
  t.match(await ask(grant, { authorization: "Basic bm9ib2R5Om5vdGhpbmc=" }), { status: 401, json: { error: "invalid_client" } });
  t.match(await ask(grant, {}), { status: 401, json: { error: "invalid_client" } });
});
