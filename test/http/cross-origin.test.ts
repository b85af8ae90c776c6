import t from "tap";
import { startProduct } from "../journeys/product.ts";

const START = "/v1/password-resets";
const body = { userPrincipalName: "nobody.there@contoso.example" };

t.test("A15: a foreign page can neither start a reset nor read an answer", async (t) => {
  const run = await startProduct(t, { worker: false });
  for (const origin of ["https://evil.example", "null", `${run.baseUrl}.evil.example`, run.baseUrl.replace("http:", "https:")]) {
    const answer = await run.call("POST", START, { body, headers: { origin } });
    t.equal(answer.status, 403, origin);
    t.equal(answer.json.code, "origin-not-allowed");
    t.equal(answer.headers.get("access-control-allow-origin"), null);
  }
  t.equal((await run.call("POST", START, { body, headers: { origin: run.baseUrl } })).status, 201, "our own pages");
  t.equal((await run.call("POST", START, { body })).status, 201, "what is no browser");
  t.equal((await run.call("GET", "/healthz", { headers: { origin: "https://evil.example" } })).status, 200, "reading changes nothing");
});

t.test("a configured origin may call, without credentials, and asks first", async (t) => {
  const origin = "https://portal.contoso.example";
  const run = await startProduct(t, { worker: false, env: { CORS_ORIGINS: `${origin},https://other.example` } });
  const preflight = await run.call("OPTIONS", START, {
    headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type" },
  });
  t.equal(preflight.status, 204);
  t.equal(preflight.headers.get("access-control-allow-origin"), origin);
  t.match(preflight.headers.get("access-control-allow-headers"), /Authorization/);
  const answer = await run.call("POST", START, { body, headers: { origin } });
  t.equal(answer.status, 201);
  t.equal(answer.headers.get("access-control-allow-origin"), origin);
  t.equal(answer.headers.get("access-control-allow-credentials"), null);
  const foreign = await run.call("OPTIONS", START, {
    headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
  });
  t.equal(foreign.headers.get("access-control-allow-origin"), null);
});
