import t from "tap";
import { startPostgres } from "../../scripts/servers/postgres.mjs";
import { connect } from "../../src/database/connect.pg.ts";
import { migrateDown, migrateUp } from "../../src/database/migrate.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { startProduct, until } from "../journeys/product.ts";
import { addressOf, proveByMessage, setPassword, signIn, startReset } from "../journeys/reset-steps.ts";

// The whole suite on it: `TEST_POSTGRES_VERSION=15 npm test`.
t.test("the oldest PostgreSQL that we run on: migrations up and down, an import, a reset with two gates, the policy", async (t) => {
  const postgres = await startPostgres({ version: 15 });
  t.teardown(() => postgres.stop());
  const connection = connect({ url: new Secret(postgres.url), max: 2 });
  t.match((await connection.pool.query("show server_version")).rows, [{ server_version: /^15\./ }]);
  await migrateUp(connection);
  while ((await migrateDown(connection)).length > 0);
  await migrateUp(connection);
  await connection.close();

  const run = await startProduct(t, { env: { DATABASE_URL: postgres.url } });
  const token = await run.appToken();
  const person = { userPrincipalName: "nils@contoso.example", mail: "nils@fabrikam.example", mobile: "+46701740611" };
  const job = await run.call("POST", "/v1/users/import", {
    body: JSON.stringify(person),
    token,
    headers: { "content-type": "application/x-ndjson" },
  });
  t.equal(job.status, 202);
  await until(async () => (await run.call("GET", `/v1/import-jobs/${job.json.id}`, { token })).json.created === 1);

  const admin = run.person("ylva");
  const reset = await startReset(run, admin.userPrincipalName);
  t.equal((await proveByMessage(run, reset, "email", addressOf(admin, "email"))).next, "challenge");
  t.equal((await proveByMessage(run, reset, "sms", addressOf(admin, "mobilePhone"))).next, "password");
  t.equal((await setPassword(run, reset, "plum violin harbour tuesday")).status, 204);
  t.equal((await signIn(run, admin.userPrincipalName, "plum violin harbour tuesday")).status, 200);

  const policy = await run.call("GET", "/v1/policy", { token });
  const headers = { "if-match": policy.headers.get("etag") ?? "" };
  t.equal((await run.call("PATCH", "/v1/policy", { token, headers, body: { methodsRequired: 2 } })).json.methodsRequired, 2);
});
