import fc from "fast-check";
import t from "tap";
import { type Answer, type StartedProduct, startProduct } from "../journeys/product.ts";
import { challenge, onEachState, startReset } from "../journeys/reset-steps.ts";
import { raw } from "./raw-http.ts";

/** More by hand before a release: `FUZZ_RUNS=100000 npm test -- test/security/input-fuzz.test.ts`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 200);
const STATUSES = [200, 201, 202, 204, 400, 401, 403, 404, 413, 415, 422, 429];

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom(
    "\0",
    "\r\n",
    "__proto__",
    "constructor",
    "a".repeat(5_000),
    "henrik.dahl@contoso.example",
    "email",
    "sms",
    "12345678",
    "wait.a.1.b",
  ),
);
const anyValue = fc.oneof({ weight: 3, arbitrary: anyText }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) });
/** What each call with a body takes. */
const GOOD: readonly Readonly<Record<string, string>>[] = [
  { userPrincipalName: "henrik.dahl@contoso.example" },
  { method: "sms" },
  { code: "00000000" },
  { newPassword: "plum violin harbour tuesday" },
  {},
  { userPrincipalName: "henrik.dahl@contoso.example", password: "wrong" },
];
const fields = [...new Set(GOOD.flatMap(Object.keys)), "purpose", "proofOfWork", "methodId"];
const overwritten = fc.dictionary(fc.constantFrom(...fields), anyValue, { maxKeys: 2 });
const bodyFor = (route: number) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(JSON.stringify(GOOD[route] ?? {})) },
    { weight: 4, arbitrary: overwritten.map((some) => JSON.stringify({ ...GOOD[route], ...some })) },
    { weight: 2, arbitrary: fc.dictionary(anyText, anyValue, { maxKeys: 3 }).map((body) => JSON.stringify(body)) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: anyText },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  );
const anyRequest = fc.nat(9).chain((route) =>
  fc.record({
    route: fc.constant(route),
    segment: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: anyText }),
    body: bodyFor(route),
    token: fc.constantFrom("right", "right", "right", "wrong", "none", "odd"),
    type: fc.constantFrom(...Array(6).fill("application/json"), "text/plain", "application/x-www-form-urlencoded", ""),
    language: fc.constantFrom("sv", "en;q=x", "*", ",,,;;;q=", "\u00e5".repeat(200)),
  }),
);

type Drawn = typeof anyRequest extends fc.Arbitrary<infer Value> ? Value : never;

/** Tried first, so that every kind of answer is seen in each run: good calls, one of another type, one without a token. */
const plain = { segment: null, token: "right", type: "application/json", language: "*" } as const;
const EXAMPLES: readonly Drawn[] = [
  ...GOOD.map((body, route) => ({ ...plain, route, body: JSON.stringify(body) })),
  { ...plain, route: 0, body: JSON.stringify(GOOD[0]), type: "text/plain" },
  { ...plain, route: 1, body: JSON.stringify(GOOD[1]), token: "none" },
  { ...plain, route: 6, body: "" },
];

/** The path and method of each anonymous call, with what was drawn in place of an id. */
function routes(id: string, challengeId: string): [string, string][] {
  return [
    ["POST", "/v1/password-resets"],
    ["POST", `/v1/password-resets/${id}/challenges`],
    ["POST", `/v1/password-resets/${id}/challenges/${challengeId}/verify`],
    ["POST", `/v1/password-resets/${id}/password`],
    ["POST", "/oauth/token"],
    ["POST", "/v1/sign-in"],
    ["GET", `/v1/password-resets/${id}`],
    ["GET", `/problems/${challengeId}`],
    ["GET", `/v1/me?lang=${challengeId}`],
    ["DELETE", `/v1/password-resets/${challengeId}`],
  ];
}

async function send(run: StartedProduct, request: Drawn): Promise<Answer> {
  // Another reset each time: the one before may be over.
  const reset = await startReset(run, "henrik.dahl@contoso.example");
  const asked = await challenge(run, reset, "email");
  const segment = request.segment === null ? null : encodeURIComponent(request.segment.toWellFormed());
  const [method = "", path = ""] = routes(reset.id, segment ?? asked.json.challengeId)[request.route] ?? [];
  const bearer = { right: reset.token, wrong: "x".repeat(43), none: "", odd: "=,;\u00e9" }[request.token];
  const headers = { "content-type": request.type, "accept-language": request.language, authorization: `Bearer ${bearer}` };
  const body = Buffer.from(request.body as string);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const answer = await raw(
    run,
    Buffer.concat([
      Buffer.from(`${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines.join("\r\n")}\r\n`, "latin1"),
      Buffer.from(method === "POST" ? `content-length: ${body.length}\r\n\r\n` : "\r\n"),
      method === "POST" ? body : Buffer.alloc(0),
    ]),
  );
  const isJson = /json/.test(answer.headers["content-type"] ?? "");
  return { status: answer.status, headers: new Headers(answer.headers), text: answer.body, json: isJson ? JSON.parse(answer.body) : null };
}

onEachState(t, "FG12 N05: whatever is sent to an anonymous call, the answer is one of ours", async (t, state) => {
  const run = await startProduct(t, { state, worker: false });
  const seen: Record<number, number> = {};
  const types = new Set<string>();
  const property = fc.asyncProperty(anyRequest, async (request) => {
    const answer = await send(run, request);
    seen[answer.status] = (seen[answer.status] ?? 0) + 1;
    if (!STATUSES.includes(answer.status)) throw new Error(`${answer.status}: ${answer.text}`);
    if (answer.status < 400 || answer.json?.error !== undefined) return;
    if (!/^application\/problem\+json/.test(answer.headers.get("content-type") ?? "")) throw new Error(`no problem: ${answer.text}`);
    if (answer.json.status !== answer.status || answer.json.type !== `${run.baseUrl}/problems/${answer.json.code}`)
      throw new Error(answer.text);
    if (/node_modules|\.[jt]s:\d|\bselect\b|\bError\b/.test(answer.text)) throw new Error(`the inside shows: ${answer.text}`);
    types.add(answer.json.type);
  });
  await fc.assert(property, { numRuns: RUNS, examples: EXAMPLES.map((example): [Drawn] => [example]) });
  for (const type of types) t.equal((await run.call("GET", new URL(type).pathname)).status, 200, type);
  for (const status of [200, 201, 202, 400, 401, 415, 422]) t.ok(seen[status], `some were answered ${status}`);
  t.same(
    run.logs.filter((line) => JSON.parse(line).level >= 50),
    [],
    "nothing failed inside",
  );
});
