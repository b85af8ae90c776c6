import t from "tap";
import { startProduct } from "../journeys/product.ts";
import { challenge, verify } from "../journeys/reset-steps.ts";
import { begun } from "./proved-reset.ts";
import { raw } from "./raw-http.ts";

const ODD = [
  "\0",
  "a\0b",
  "\r\n",
  "\u202e",
  "\ufeff",
  "😀",
  "é",
  "\ud7ff",
  "\uffff",
  "' or 1=1 --",
  "$(jndi:ldap://x)",
  "*)(uid=*",
  "../../x",
  "%00",
  "<b>",
  "NaN",
];

t.test("A83 A31: odd text is text, and a name of any kind gets the answer of any name", async (t) => {
  const run = await startProduct(t, { state: "redis" });
  const { reset, challengeId } = await begun(run);
  for (const odd of ODD) {
    for (const name of [odd, `${odd}@contoso.example`, `henrik.dahl@${odd}`, `${odd}henrik.dahl@contoso.example`]) {
      const started = await run.call("POST", "/v1/password-resets", { body: { userPrincipalName: name } });
      t.match(started, { status: 201, json: { methods: ["email", "sms", "authenticatorApp"] } }, JSON.stringify(name));
      t.equal((await challenge(run, started.json, "email")).status, 202);
      t.equal((await run.call("POST", "/v1/sign-in", { body: { userPrincipalName: name, password: odd } })).json.code, "sign-in-failed");
    }
    t.equal((await verify(run, reset, challengeId, odd)).json.code, "code-rejected", JSON.stringify(odd));
    const answer = await run.call("POST", `/v1/password-resets/${reset.id}/password`, { token: reset.token, body: { newPassword: odd } });
    t.equal(answer.json.code, "gates-not-passed");
    const path = `/v1/password-resets/${encodeURIComponent(odd)}`;
    t.equal((await run.call("GET", path, { token: reset.token })).json.code, "invalid-reset-token");
    const elsewhere = await run.call("POST", `${path}/challenges/${encodeURIComponent(odd)}/verify`, {
      token: reset.token,
      body: { code: odd },
    });
    t.equal(elsewhere.json.code, "invalid-reset-token");
  }
});

t.test("N01: what has no route, and what is no HTTP, gets a problem too", async (t) => {
  const run = await startProduct(t);
  for (const path of [
    "/v1/password-resets/%ff",
    "/%zz",
    "/v1/password-resets/%",
    "/nothing",
    `/v1/password-resets/${"a".repeat(600)}`,
    "/problems/__proto__",
  ]) {
    const answer = await raw(run, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    t.ok([400, 404].includes(answer.status), path);
    t.match(answer.headers, { "content-type": /^application\/problem\+json/, "cache-control": "no-store" }, path);
  }
  for (const bytes of ["GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\nhost: x\r\n\r\n", `GET / HTTP/1.1\r\nx: ${"a".repeat(20_000)}\r\n\r\n`]) {
    const answer = await raw(run, bytes);
    t.equal(answer.status, 400, bytes.slice(0, 20));
    t.match(JSON.parse(answer.body), { code: "invalid-request", status: 400 });
  }
});
