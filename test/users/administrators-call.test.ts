import t from "tap";
import { newAdministrator, newPerson } from "../builders/administrator.ts";
import { startProduct } from "../journeys/product.ts";
import { proveTo, secondStepOf } from "../journeys/second-step-walk.ts";

t.test("people call the administration by their roles, and change something with a fresh second step alone", async (t) => {
  const run = await startProduct(t);
  const target = await newPerson(run);
  const path = `/v1/users/${target.id}`;
  const global = await newAdministrator(run, ["globalAdministrator"]);
  const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
  const plain = await newAdministrator(run, []);

  t.equal((await global.call("GET", path)).status, 200);
  t.equal((await helpdesk.call("GET", path)).status, 200);
  t.match(await plain.call("GET", path), { status: 403, json: { code: "forbidden", missing: ["role"] } });

  const body = { displayName: "Somebody" };
  t.match(await helpdesk.call("PATCH", path, { body }), { status: 403, json: { code: "forbidden", missing: ["role"] } });
  t.equal((await global.call("PATCH", path, { body })).status, 200);

  const { token } = await secondStepOf(run, global);
  const session = (await proveTo(run, token, "email", global.contacts[0]?.value ?? "")).json;
  run.clock.turn(10 * 60_000);
  const later = (await run.call("POST", "/v1/sign-in/refresh", { body: { refreshToken: session.refreshToken } })).json.accessToken;
  run.clock.turn(6 * 60_000);
  const again = { displayName: "Else" };
  t.equal((await run.call("GET", path, { token: later })).status, 200, "looking needs no fresh step");
  t.match(await run.call("PATCH", path, { token: later, body: again }), { status: 401, json: { code: "reauthentication-required" } });
  t.equal((await proveTo(run, later, "email", global.contacts[0]?.value ?? "")).status, 200);
  t.equal((await run.call("PATCH", path, { token: later, body: again })).status, 200);
});
