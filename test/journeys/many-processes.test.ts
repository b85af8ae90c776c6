import t from "tap";
import { createInstallation } from "./installation.ts";
import { until } from "./product.ts";
import { addressOf, proveByMessage, setPassword, startReset } from "./reset-steps.ts";
import { tellStories } from "./stories.ts";

const NEW_PASSWORD = "plum violin harbour tuesday";

t.test("two servers and two workers on one PostgreSQL and one Redis", async (t) => {
  const house = await createInstallation(t);
  const [serverA, serverB, workerA, workerB] = await Promise.all([
    house.start("server"),
    house.start("server"),
    house.start("worker"),
    house.start("worker"),
  ]);
  const [a, b] = [house.through(serverA), house.through(serverB)];

  await tellStories(t, { ...house, servers: [serverA, serverB].map((server) => ({ ...house.through(server), baseUrl: server.baseUrl })) });

  await t.test("of many who set the password at both servers at once, one does", async (t) => {
    const person = house.person("tove");
    const reset = await startReset(a, person.userPrincipalName);
    await proveByMessage(b, reset, "email", addressOf(person, "email"));
    await proveByMessage(a, reset, "sms", addressOf(person, "mobilePhone"));
    const tries = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((index) => setPassword(index % 2 === 0 ? a : b, reset, `${NEW_PASSWORD} ${index}`)),
    );
    t.same(tries.map(({ status }) => status).sort(), [204, 401, 401, 401, 401, 401]);
  });

  await t.test("what both workers recorded stands once", async (t) => {
    await house.settled();
    const steps = "select type, count(*)::int as times from audit_events where outcome = 'success' group by type";
    const counts = async () => Object.fromEntries((await house.connection.pool.query(steps)).rows.map(({ type, times }) => [type, times]));
    await until(async () => (await counts())["reset.proof"] === 7);
    t.match(await counts(), { "reset.start": 7, "reset.challenge": 9, "reset.complete": 4 });
    const received = (await house.outbox()).filter(({ text }) => text.includes("/l/"));
    t.equal(received.length, 8, "each of four people is told at both addresses, once");
  });

  await t.test("a policy changed at one server holds at the other from the answer on, 100 times of 100", async (t) => {
    const token = await house.appToken(a);
    const change = async (path: string, body: object) => {
      const etag = (await a.call("GET", path, { token })).headers.get("etag") ?? "";
      const answer = await a.call("PATCH", path, { token, body, headers: { "if-match": etag } });
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    };
    // What a start offers is what either policy allows.
    await change("/v1/policy/administrators", { methods: ["email", "sms"] });
    let right = 0;
    for (let round = 0; round < 100; round++) {
      const methods = ["email", "sms", ...(round % 2 === 0 ? [] : ["authenticatorApp"])];
      await change("/v1/policy", { methods });
      const offered = (await startReset(b, house.person("henrik").userPrincipalName)).methods;
      if (JSON.stringify(offered) === JSON.stringify(methods)) right++;
    }
    t.equal(right, 100);
  });

  await t.test("each process tells which policy it follows: of 100 changes every one is everywhere at the very next call", async (t) => {
    const token = await house.appToken(a);
    const spread = async () => (await b.call("GET", "/v1/policy/spread", { token })).json;
    await until(async () => (await spread()).items.length === 4);
    let everywhere = 0;
    for (let round = 0; round < 100; round++) {
      const body = { registration: { skipDays: 100 + round } };
      const { version } = (await a.call("PATCH", "/v1/policy", { token, body, headers: { "if-match": "*" } })).json;
      const answer = await spread();
      const followers = answer.items.filter((one: { follows: boolean; version: number }) => one.follows && one.version === version);
      if (answer.version === version && followers.length === 4) everywhere++;
    }
    t.equal(everywhere, 100);
    const { items: processes } = await spread();
    t.same(processes.map(({ role }: { role: string }) => role).sort(), ["server", "server", "worker", "worker"]);
  });

  await t.test("a process that ended in order is gone; one that was killed answers nothing", async (t) => {
    const token = await house.appToken(a);
    const spread = async () => (await a.call("GET", "/v1/policy/spread", { token })).json.items;
    const ordinary = await house.start("worker");
    await until(async () => (await spread()).length === 5);
    t.equal(await ordinary.end("SIGTERM"), 0);
    t.equal((await spread()).length, 4);
    const killed = await house.start("worker");
    await until(async () => (await spread()).length === 5);
    await killed.end("SIGKILL");
    const left = await spread();
    t.equal(left.length, 5);
    t.match(
      left.filter(({ follows }: { follows: boolean }) => !follows),
      [{ role: "worker", version: null }],
    );
    await house.connection.pool.query("update processes set seen_at = now() - interval '31 seconds' where id = $1", [
      left.find(({ follows }: { follows: boolean }) => !follows).id,
    ]);
    t.equal((await spread()).length, 4, "half a minute later it is forgotten");
  });

  await t.test("a worker answers its probes, and nothing else", async (t) => {
    for (const { baseUrl } of [workerA, workerB]) {
      const ready = await fetch(`${baseUrl}/readyz`);
      t.match(await ready.json(), { ready: true, checks: { database: true, state: true, migrations: true, queue: true } });
      t.equal((await fetch(`${baseUrl}/healthz`)).status, 200);
      t.match(await (await fetch(`${baseUrl}/metrics`)).text(), /^rekey_process_cpu_seconds_total /m);
      const start = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
      t.equal((await fetch(`${baseUrl}/v1/password-resets`, start)).status, 404);
      t.equal((await fetch(`${baseUrl}/reset`)).status, 404);
    }
  });
});

t.test("a worker whose PORT is taken works all the same", async (t) => {
  const house = await createInstallation(t);
  const server = await house.start("server");
  const worker = await house.start("worker", { PORT: new URL(server.baseUrl).port });
  const run = house.through(server);
  const reset = await startReset(run, house.person("henrik").userPrincipalName);
  t.equal((await proveByMessage(run, reset, "email", addressOf(house.person("henrik"), "email"))).next, "password");
  t.equal(worker.ended(), undefined);
  t.equal(await worker.end("SIGTERM"), 0);
});
