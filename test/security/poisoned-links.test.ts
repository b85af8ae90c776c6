import t from "tap";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { addressOf, codeIn, messageTo } from "../journeys/reset-steps.ts";
import { password } from "./proved-reset.ts";
import { type RawAnswer, raw } from "./raw-http.ts";

const PUBLIC_URL = "https://password.contoso.example";
const EVIL = "evil.example";

/** What a stranger may put in front of a request, besides the Host. Each is sent alone, and all of them at once. */
const POISON: readonly string[] = [
  `X-Forwarded-Host: ${EVIL}`,
  `X-Forwarded-Proto: javascript`,
  `X-Forwarded-Proto: http\r\nX-Forwarded-Host: ${EVIL}`,
  `X-Forwarded-Port: 666`,
  `X-Forwarded-Server: ${EVIL}`,
  `X-Forwarded-Prefix: /${EVIL}`,
  `Forwarded: for=1.2.3.4;host=${EVIL};proto=http`,
  `X-Host: ${EVIL}`,
  `X-Original-URL: http://${EVIL}/`,
  `X-Rewrite-URL: http://${EVIL}/`,
  `X-HTTP-Host-Override: ${EVIL}`,
  `Referer: http://${EVIL}/`,
  `Via: 1.1 ${EVIL}`,
];

/** The ways to say the Host. */
const LINES: Readonly<Record<string, (method: string, path: string) => string>> = {
  "another Host": (method, path) => `${method} ${path} HTTP/1.1\r\nHost: ${EVIL}`,
  "a Host with a port and a path": (method, path) => `${method} ${path} HTTP/1.1\r\nHost: ${EVIL}:80/x?`,
  "an absolute target": (method, path) => `${method} http://${EVIL}${path} HTTP/1.1\r\nHost: ${EVIL}`,
  "an absolute target beside our Host": (method, path) => `${method} https://${EVIL}${path} HTTP/1.1\r\nHost: password.contoso.example`,
};

async function call(run: StartedProduct, start: string, headers: string, token: string, body: object): Promise<RawAnswer> {
  const text = JSON.stringify(body);
  const lines = [start, ...(headers === "" ? [] : [headers]), `Authorization: Bearer ${token}`, "Content-Type: application/json"];
  return raw(run, `${lines.join("\r\n")}\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

/** A whole reset in which every call is poisoned. Answers everything that came back. */
async function poisonedReset(
  run: StartedProduct,
  line: (method: string, path: string) => string,
  headers: string,
  name: string,
): Promise<RawAnswer[]> {
  const person = run.person(name);
  const post = (path: string, token: string, body: object) => call(run, line("POST", path), headers, token, body);
  const known = (await run.outbox()).filter((item) => item.to === addressOf(person, "email")).length;
  const start = await post("/v1/password-resets", "", { userPrincipalName: person.userPrincipalName });
  const { id, token } = JSON.parse(start.body);
  const asked = await post(`/v1/password-resets/${id}/challenges`, token, { method: "email" });
  const { challengeId } = JSON.parse(asked.body);
  const code = codeIn(await messageTo(run, addressOf(person, "email"), known));
  const proved = await post(`/v1/password-resets/${id}/challenges/${challengeId}/verify`, token, { code });
  await post(`/v1/password-resets/${id}/challenges`, token, { method: "sms" });
  const done = await post(`/v1/password-resets/${id}/password`, token, { newPassword: password(rounds++) });
  await run.settled();
  if (done.status !== 204) throw new Error(`${done.status}: ${done.body}`);
  return [start, asked, proved, done];
}
let rounds = 0;

t.test("A01 A02 A03 A04 B12: whatever a request calls us, links lead to the configured origin", async (t) => {
  const run = await startProduct(t, { env: { PUBLIC_URL } });
  const ours = (_method: string, path: string) => `POST ${path} HTTP/1.1\r\nHost: password.contoso.example`;
  for (const poison of [...POISON, POISON.join("\r\n")]) {
    for (const answer of await poisonedReset(run, ours, poison, "henrik")) t.notMatch(JSON.stringify(answer), EVIL, poison);
    run.clock.turn(3_600_000);
  }
  for (const [what, line] of Object.entries(LINES)) {
    for (const answer of await poisonedReset(run, line, POISON.join("\r\n"), "henrik")) t.notMatch(JSON.stringify(answer), EVIL, what);
    run.clock.turn(3_600_000);
  }
  await run.settled();
  const messages = await run.outbox();
  const links = messages.flatMap(({ text, html = "" }) => [...`${text} ${html}`.matchAll(/[a-z+]+:\/\/[^\s"<]+/g)].map(([link]) => link));
  t.ok(links.length >= 3 * (POISON.length + LINES_COUNT), `${links.length} links were sent`);
  for (const link of links) t.ok(link.startsWith(`${PUBLIC_URL}/l/`), link);
  for (const message of messages) t.notMatch(JSON.stringify(message), new RegExp(`${EVIL}|javascript:|:666`));
  for (const { text } of messages.filter(({ channel, text }) => channel === "sms" && text.includes("#")))
    t.match(text.split("\n").at(-1), /^@password\.contoso\.example #\d{8}$/, "the code is bound to the configured host");
});
const LINES_COUNT = Object.keys(LINES).length;

t.test("A04: two Hosts are refused, and nothing is sent", async (t) => {
  const run = await startProduct(t, { env: { PUBLIC_URL } });
  for (const hosts of [`Host: ${EVIL}\r\nHost: password.contoso.example`, `Host: password.contoso.example\r\nhost: ${EVIL}`]) {
    const body = { userPrincipalName: run.person("henrik").userPrincipalName };
    const answer = await call(run, `POST /v1/password-resets HTTP/1.1\r\n${hosts}`, "", "", body);
    t.equal(answer.status, 400, hosts);
  }
});

t.test("A18 A04: no page and no answer repeats what a request calls us", async (t) => {
  const run = await startProduct(t, { env: { PUBLIC_URL } });
  const paths = [
    "/",
    "/reset",
    "/docs",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/problems/not-found",
    "/.well-known/change-password",
    "/.well-known/jwks.json",
  ];
  for (const path of [...paths, `/${EVIL}`, `/reset?error=${EVIL}<img>`, `/l/${EVIL}`, "/reset/code", "/v1/me"])
    for (const [what, line] of Object.entries(LINES)) {
      const answer = await raw(run, `${line("GET", path)}\r\n${POISON.join("\r\n")}\r\nConnection: close\r\n\r\n`);
      t.notMatch(JSON.stringify(answer), EVIL, `${path}: ${what}`);
    }
});

t.test("A09: the first Host is not remembered for the next", async (t) => {
  const run = await startProduct(t);
  await raw(run, `GET / HTTP/1.1\r\nHost: ${EVIL}\r\nConnection: close\r\n\r\n`);
  const person = run.person("henrik");
  await poisonedReset(run, (method, path) => `${method} ${path} HTTP/1.1\r\nHost: ${EVIL}`, "", "henrik");
  await until(async () => (await run.outbox()).some(({ to, text }) => to === addressOf(person, "email") && text.includes("/l/")));
  for (const { text } of await run.outbox()) t.notMatch(text, EVIL);
});
