import t from "tap";
import { newAdministrator } from "../builders/administrator.ts";
import { startProduct } from "../journeys/product.ts";

t.test("what a call does not read is refused, not dropped", async (t) => {
  const run = await startProduct(t);
  const admin = await newAdministrator(run, ["globalAdministrator"]);
  const path = `/v1/users/${encodeURIComponent(run.person("henrik").userPrincipalName)}`;
  for (const call of ["unlock", "revoke-sessions", "require-registration"]) {
    for (const body of [{ reason: "no" }, [], [1], "x", 7, true])
      t.match(
        (await admin.call("POST", `${path}/${call}`, { body })).json,
        { status: 400, code: "invalid-request" },
        `${call} ${JSON.stringify(body)}`,
      );
    t.equal((await admin.call("POST", `${path}/${call}`, { body: {} })).status, 204, call);
    t.equal((await admin.call("POST", `${path}/${call}`)).status, 204, call);
  }
  t.match((await admin.call("POST", `${path}/unlock`, { body: { reason: "no" } })).json.errors, [{ field: "/reason" }]);
  t.equal((await run.call("POST", `${path}/unlock`, { body: { reason: "no" } })).status, 401, "who is not let in learns nothing");
});

t.test("a wrong value is told what would be right", async (t) => {
  const run = await startProduct(t);
  const admin = await newAdministrator(run, ["globalAdministrator"]);
  const path = `/v1/users/${encodeURIComponent(run.person("henrik").userPrincipalName)}`;
  const reset = await admin.call("POST", `${path}/password-reset`, { body: { mode: "x" } });
  t.same(reset.json.errors, [{ field: "/mode", reason: "must be one of: temporaryPassword, link" }]);
  t.match((await admin.call("GET", `${path}/reset-eligibility?as=king`)).json, {
    detail: "The query is not valid.",
    errors: [{ field: "/as", reason: 'must be "user"' }],
  });
  t.match((await admin.call("PUT", `${path}/roles/king`)).json, { detail: "The path is not valid." });
});
