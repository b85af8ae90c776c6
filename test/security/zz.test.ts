import t from "tap";
import { startProduct } from "../journeys/product.ts";
import { BEHIND_PROXY, from, address } from "./sources.ts";
t.test("x", async (t) => {
  const run = await startProduct(t, { env: BEHIND_PROXY });
  const a = await from(run, address(1)).call("POST", "/v1/password-resets", { body: { userPrincipalName: "henrik.dahl@contoso.example" } });
  t.equal(a.status, 201, a.text + run.logs.join("\n"));
});
