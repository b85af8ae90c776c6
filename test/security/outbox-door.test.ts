import t from "tap";
import { startProduct } from "../journeys/product.ts";
import { addressOf, challenge, messageTo, startReset } from "../journeys/reset-steps.ts";
import { raw } from "./raw-http.ts";

const GET = "GET /dev/outbox HTTP/1.1\r\nConnection: close\r\n";

t.test("the outbox opens for this very machine alone", async (t) => {
  const run = await startProduct(t);
  const person = run.person("henrik");
  await challenge(run, await startReset(run, person.userPrincipalName), "email");
  await messageTo(run, addressOf(person, "email"));
  const host = new URL(run.baseUrl).host;

  for (const name of [host, "localhost", "localhost:8080", "127.0.0.1", "127.1.2.3:1", "[::1]:8080", "LOCALHOST"])
    t.equal((await raw(run, `${GET}Host: ${name}\r\n\r\n`)).status, 200, name);
  t.match(JSON.parse((await raw(run, `${GET}Host: ${host}\r\n\r\n`)).body), {
    items: [{ channel: "email", to: addressOf(person, "email") }],
  });

  const foreign = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example:8080",
    "localhost@evil.example",
    "",
    "0.0.0.0",
  ];
  for (const name of [
    ...foreign,
    "10.0.0.1",
    "[::2]",
    "localhost:8080:1",
    "localhost evil.example",
    "127.0.0.1/x",
    "2130706433",
    "password.contoso.example",
  ])
    t.ok([400, 404].includes((await raw(run, `${GET}Host: ${name}\r\n\r\n`)).status), `Host: ${name}`);

  const forwarding = [
    "Forwarded: for=127.0.0.1",
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-Host: localhost",
    "X-Forwarded-Proto: http",
    "X-Forwarded-Port: 80",
    "X-Forwarded-Server: proxy",
    "X-Real-IP: 127.0.0.1",
    "X-Client-IP: 127.0.0.1",
    "X-Cluster-Client-IP: 127.0.0.1",
    "X-Original-Forwarded-For: 127.0.0.1",
    "X-Envoy-External-Address: 1.2.3.4",
    "CF-Connecting-IP: 1.2.3.4",
    "True-Client-IP: 1.2.3.4",
    "Fastly-Client-IP: 1.2.3.4",
    "Fly-Client-IP: 1.2.3.4",
    "Via: 1.1 proxy",
    "X-Forwarded-For:",
  ];
  for (const header of forwarding) {
    const answer = await raw(run, `${GET}Host: ${host}\r\n${header}\r\n\r\n`);
    t.equal(answer.status, 404, header);
    t.notMatch(answer.body, "items");
  }
  const twice = await raw(run, `${GET}Host: ${host}\r\nHost: evil.example\r\n\r\n`);
  t.equal(twice.status, 400, "two Hosts");
  t.equal(
    (await raw(run, `GET http://evil.example/dev/outbox HTTP/1.1\r\nConnection: close\r\nHost: ${host}\r\n\r\n`)).status,
    404,
    "an absolute target",
  );
  t.equal(
    (await run.call("GET", "/dev/outbox", { headers: { origin: "https://evil.example" } })).headers.get("access-control-allow-origin"),
    null,
  );
});

t.test("behind a trusted proxy it is as closed", async (t) => {
  const run = await startProduct(t, { env: { TRUST_PROXY: "1" } });
  t.equal((await run.call("GET", "/dev/outbox", { headers: { "x-forwarded-for": "127.0.0.1" } })).status, 404);
});

t.test("production has none", async (t) => {
  const run = await startProduct(t, {
    state: "redis",
    worker: false,
    env: {
      NODE_ENV: "production",
      PUBLIC_URL: "https://password.northwind.example",
      MAIL_FROM: "no-reply@northwind.example",
      SMTP_URL: "smtp://127.0.0.1:9",
      LIMITS_FACTOR: "1",
    },
  });
  t.equal((await run.call("GET", "/dev/outbox")).status, 404);
});
