import t from "tap";
import { newAdministrator } from "../builders/administrator.ts";
import { startProduct } from "../journeys/product.ts";
import { proveTo } from "../journeys/second-step-walk.ts";

t.test("a session that was opened by the password alone looks at nothing once its person administers", async (t) => {
  const run = await startProduct(t);
  const boss = await newAdministrator(run, ["globalAdministrator"]);
  // Nobody yet: the password was enough.
  const person = await newAdministrator(run, []);
  t.match(await person.call("GET", "/v1/users"), { status: 403 });
  t.equal((await boss.call("PUT", `/v1/users/${person.id}/roles/securityOperator`)).status, 204);
  for (const path of ["/v1/users", "/v1/audit-events", `/v1/users/${boss.id}`])
    t.match(await person.call("GET", path), { status: 401, json: { code: "reauthentication-required", proofsNeeded: 1 } }, path);
  t.equal((await proveTo(run, person.token, "email", person.contacts[0]?.value ?? "")).status, 200);
  t.equal((await person.call("GET", "/v1/users")).status, 200);
});

t.test("readers, of whom no second gate is asked, look with the password", async (t) => {
  const run = await startProduct(t);
  const reader = await newAdministrator(run, ["directoryReaders"]);
  t.equal((await reader.call("GET", "/v1/users")).status, 200);
});

t.test("sessions that were ended administer nothing, also before the session store has heard of it", async (t) => {
  const run = await startProduct(t);
  const boss = await newAdministrator(run, ["globalAdministrator"]);
  t.equal((await boss.call("GET", "/v1/users")).status, 200);
  // As an act that PostgreSQL has kept, and after which the store could not be reached.
  await run.connection.pool.query("update users set credential_version = credential_version + 1 where id = $1", [boss.id]);
  t.match(await boss.call("GET", "/v1/users"), { status: 401, json: { code: "unauthenticated" } });
});
