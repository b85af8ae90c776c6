import t from "tap";
import { type Answer, startProduct } from "../journeys/product.ts";
import { challenge, setPassword, signIn, startReset, verify } from "../journeys/reset-steps.ts";
import { begun } from "./proved-reset.ts";
import { raw } from "./raw-http.ts";

const UNSAFE = /unsafe-|\*|https?:|data: *;? *script/;

t.test("N03 N04 O01 to O04: what every answer says beside its body", async (t) => {
  const run = await startProduct(t, { env: { PUBLIC_URL: "https://password.contoso.example" } });
  const { reset, challengeId, code } = await begun(run);
  const person = run.person("henrik");
  const answers: Record<string, Answer> = {
    start: await run.call("POST", "/v1/password-resets", { body: { userPrincipalName: person.userPrincipalName } }),
    challenge: await challenge(run, reset, "sms"),
    "challenge refused": await challenge(run, reset, "sms"),
    "wrong code": await verify(run, reset, challengeId, "00000000"),
    "replaced code": await verify(run, reset, challengeId, code),
    "gates not passed": await setPassword(run, reset, "plum violin harbour tuesday"),
    "sign-in": await signIn(run, person.userPrincipalName, person.password),
    "sign-in failed": await signIn(run, person.userPrincipalName, "wrong"),
    "no token": await run.call("GET", "/v1/me"),
    "foreign origin": await run.call("POST", "/v1/password-resets", { body: {}, headers: { origin: "https://evil.example" } }),
    "not JSON": await run.call("POST", "/v1/password-resets", { body: "{" }),
    "nothing there": await run.call("GET", "/nothing"),
    "a problem explained": await run.call("GET", "/problems/code-rejected"),
    alive: await run.call("GET", "/healthz"),
    documentation: await run.call("GET", "/openapi.json"),
    page: await run.call("GET", "/reset"),
    outbox: await run.call("GET", "/dev/outbox"),
  };
  for (const [what, { status, headers }] of Object.entries(answers)) {
    const of = (name: string) => headers.get(name) ?? "";
    if (status !== 204) t.match(of("content-type"), /^(application\/(problem\+)?json|text\/(plain|html)); charset=utf-8$/, what);
    t.match(of("cache-control"), /no-store/, what);
    t.equal(of("x-content-type-options"), "nosniff", what);
    t.equal(of("referrer-policy"), "no-referrer", what);
    t.match(of("content-security-policy"), /default-src 'none'.*frame-ancestors 'none'/, what);
    t.match(of("content-security-policy"), /base-uri 'none'.*object-src 'none'/, what);
    t.notMatch(of("content-security-policy").replace("img-src 'self' data:", ""), UNSAFE, what);
    t.match(of("strict-transport-security"), /^max-age=(3[2-9]|[4-9]\d)\d{6}; includeSubDomains/i, what);
    t.equal(of("cross-origin-opener-policy"), "same-origin", what);
    t.equal(of("cross-origin-resource-policy"), "same-origin", what);
    t.equal(of("x-frame-options"), "DENY", what);
    for (const name of ["server", "x-powered-by", "access-control-allow-origin"]) t.equal(headers.get(name), null, `${what}: ${name}`);
    if (!["page"].includes(what)) t.equal(headers.get("set-cookie"), null, `${what}: the API has no cookie`);
  }
  t.match(answers["no token"]?.headers.get("www-authenticate"), /^Bearer/);
});

t.test("N03: methods that a call does not have are refused, and TRACE everywhere", async (t) => {
  const run = await startProduct(t, { worker: false });
  const reset = await startReset(run, run.person("henrik").userPrincipalName);
  const paths = [
    "/v1/password-resets",
    `/v1/password-resets/${reset.id}/password`,
    "/v1/sign-in",
    "/oauth/token",
    "/healthz",
    "/dev/outbox",
  ];
  for (const path of paths)
    for (const method of ["TRACE", "PUT", "PATCH", "CONNECT", "PROPFIND", "DELETE"]) {
      const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncookie: a=b\r\n`;
      const { status, body } = await raw(run, `${head}content-length: 0\r\n\r\n`).catch(() => ({ status: 0, body: "" }));
      t.ok([0, 400, 404, 405, 415].includes(status), `${method} ${path}: ${status}`);
      t.notMatch(body, "a=b", "nothing is echoed");
    }
  t.equal((await run.call("GET", `/v1/password-resets/${reset.id}`, { token: reset.token })).status, 200);
  const override = await run.call("POST", `/v1/password-resets/${reset.id}`, {
    token: reset.token,
    headers: { "x-http-method-override": "DELETE" },
  });
  t.equal(override.status, 404, "nor by another name");
});

t.test("O13 O14: the well-known addresses", async (t) => {
  const run = await startProduct(t, { worker: false });
  const missing = await run.call("GET", "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200");
  t.equal(missing.status, 404);
});
