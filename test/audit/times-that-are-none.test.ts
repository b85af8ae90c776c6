import t from "tap";
import { demoApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";

t.test("a leap second, and a day that no month has, are refused and break nothing", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const cursor = Buffer.from("2026-02-30T00:00:00.000000Z x").toString("base64url");
  for (const query of ["from=2016-12-31T23:59:60Z", "to=2016-12-31T23:59:60Z", `cursor=${cursor}`])
    t.match(await app.call("GET", `/v1/audit-events?${query}`), { status: 400, json: { code: "invalid-request" } }, query);
  t.equal((await app.call("GET", "/v1/audit-events/export?from=2016-12-31T23:59:60Z")).status, 400);
});
