import t, { type Test } from "tap";
import { type Answer, type StartedProduct, startProduct } from "../journeys/product.ts";
import { type Reset, startReset, verify } from "../journeys/reset-steps.ts";
import { begun } from "./proved-reset.ts";
import { raw } from "./raw-http.ts";

const WRONG_TYPES: readonly unknown[] = [
  ["a"],
  [["a"]],
  { a: "a" },
  { $gt: "" },
  { toString: "a" },
  1,
  0,
  -1,
  1e308,
  true,
  false,
  null,
  [],
];

interface Call {
  readonly path: string;
  readonly good: Readonly<Record<string, string>>;
  readonly optional?: Readonly<Record<string, string>>;
}

/** Every anonymous call with a body. */
function calls({ id }: Reset, challengeId: string): Call[] {
  const name = { userPrincipalName: "henrik.dahl@contoso.example" };
  return [
    { path: "/v1/password-resets", good: name, optional: { purpose: "reset", proofOfWork: "x" } },
    { path: `/v1/password-resets/${id}/challenges`, good: { method: "sms" }, optional: { methodId: "x" } },
    { path: `/v1/password-resets/${id}/challenges/${challengeId}/verify`, good: { code: "00000000" } },
    { path: `/v1/password-resets/${id}/password`, good: { newPassword: "plum violin harbour tuesday" } },
    { path: "/v1/sign-in", good: { ...name, password: "wrong" } },
  ];
}

/** A problem as RFC 9457 and the contract have it, whose type this very service explains. */
async function isProblem(t: Test, run: StartedProduct, answer: Answer, status: number, what: string): Promise<void> {
  const { json } = answer;
  t.equal(answer.status, status, `${what}: ${answer.text.slice(0, 200)}`);
  t.match(answer.headers.get("content-type"), /^application\/problem\+json/, what);
  t.match(json, { type: `${run.baseUrl}/problems/${json?.code}`, title: String, status, code: String }, what);
  t.equal((await run.call("GET", new URL(json.type).pathname)).status, 200, json.type);
}

t.test("A20 A28 A06 A07: every field takes one string, every body its own fields, and what is refused is no try", async (t) => {
  const run = await startProduct(t, { state: "redis" });
  const { reset, challengeId, code } = await begun(run);
  for (let turn = 0; turn < 4; turn++) t.equal((await verify(run, reset, challengeId, "00000000")).status, 422);
  const sent = (await run.outbox()).length;
  const refuse = async (path: string, body: unknown) => {
    const answer = await run.call("POST", path, { token: reset.token, body });
    await isProblem(t, run, answer, 400, `${path} ${JSON.stringify(body)}`);
  };
  for (const { path, good, optional = {} } of calls(reset, challengeId)) {
    for (const field of Object.keys({ ...good, ...optional })) {
      for (const value of WRONG_TYPES) await refuse(path, { ...good, [field]: value });
      const twice = `{${Object.entries({ ...good, ...optional, [field]: "x" }).map(([name, value]) => `"${name}":"${value}"`)},"${field}":"${good[field] ?? "x"}"}`;
      await refuse(path, twice);
      await refuse(path, { ...good, [field]: "" });
      await refuse(path, { ...good, [field]: "x".repeat(9_000) });
    }
    for (const field of Object.keys(good)) await refuse(path, { ...good, [field]: undefined });
    for (const extra of ["redirectTo", "url", "host", "baseURL", "email", "email[]", "userId", "login", "sub", "to", "tenantId"])
      await refuse(path, { ...good, [extra]: "attacker@evil.example" });
    for (const body of ["null", "1", '"x"', "[]", `[${JSON.stringify(good)}]`, "", "{", "{}}", "undefined", "a=b"])
      await refuse(path, body);
    for (const body of ['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', `{"x":${"[".repeat(9_000)}`])
      await refuse(path, body);
  }
  await run.settled();
  t.equal((await run.outbox()).length, sent, "nothing was sent");
  t.notOk("a" in {}, "and no prototype was touched");
  t.equal((await verify(run, reset, challengeId, code)).status, 200, "none of it was a try: this is the fifth");
});

t.test("A83: other content types, and bodies too long, are refused and are no try", async (t) => {
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "1" } });
  const { reset, challengeId, code } = await begun(run);
  for (let turn = 0; turn < 4; turn++) await verify(run, reset, challengeId, "00000000");
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/xml",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "x",
  ];
  for (const { path, good } of calls(reset, challengeId)) {
    const [field = ""] = Object.keys(good).slice(-1);
    for (const type of types) {
      const answer = await run.call("POST", path, { token: reset.token, body: JSON.stringify(good), headers: { "content-type": type } });
      await isProblem(t, run, answer, 415, `${path} ${type}`);
    }
    for (const long of [
      { ...good, [field]: "x".repeat(1 << 20) },
      { ...good, other: ["y".repeat(1 << 20)] },
    ]) {
      const body = JSON.stringify(long);
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${reset.token}\r\ncontent-type: application/json\r\n`;
      const { status, body: text } = await raw(run, `${head}content-length: ${body.length}\r\n\r\n`);
      t.match([status, JSON.parse(text).code], [413, "payload-too-large"], `${path}: refused before it is read`);
      const chunk = `${(70_000).toString(16)}\r\n${body.slice(0, 70_000)}\r\n`;
      t.equal((await raw(run, `${head}transfer-encoding: chunked\r\n\r\n${chunk}`)).status, 413, "and as soon as it is too long");
    }
  }
  t.equal((await verify(run, reset, challengeId, code)).status, 200);
  for (let turn = 0; turn < 9; turn++) t.ok(await startReset(run, `name-${turn}@contoso.example`), "nor did any count as a start");
});
