import Fastify from "fastify";
import t from "tap";
import { registerVerificationRoute } from "../../src/audit/verification.http.ts";
import { createVerifyLog, type VerifyLog } from "../../src/audit/verify-log.pg.ts";
import { ProblemSchema } from "../../src/http/schemas.ts";
import type { Server } from "../../src/http/server.ts";
import { anotherTenant, demoApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { asSuperuser, verify, writeEvents } from "./tampering.ts";

const PATH = "/v1/audit-events/verification";

t.test("one walk of a tenant at a time, over all processes; others are not in its way", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  const other = await anotherTenant(run, "fabrikam.example");
  await asSuperuser(run, async (client) => {
    // As another process holds it.
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`audit verification ${run.demo.tenant.id}`]);
    const busy = await app.call("GET", PATH);
    t.match(busy, { status: 429, json: { code: "too-many-attempts", detail: "This audit log is being verified already." } });
    t.equal(busy.headers.get("retry-after"), "30");
    t.equal((await other.call("GET", PATH)).status, 200);
    await client.query("commit");
  });
  t.match(await verify(run), { ok: true });
});

t.test("a walk stops where it is told to, and lets the next one begin", async (t) => {
  const run = await startProduct(t, { worker: false });
  await writeEvents(run, 3);
  const { keyring, clock } = run;
  const stop = new AbortController();
  const sealEvents = async () => {
    stop.abort(new Error("gone"));
    return 0;
  };
  const verifyLog = createVerifyLog({ db: run.connection.db, keyring, clock, sealEvents });
  // As often as there are places, and once more.
  for (let turn = 0; turn < 5; turn++) await t.rejects(verifyLog(run.demo.tenant.id, { signal: stop.signal }), { message: "gone" });
  t.match(await verify(run), { ok: true });
});

t.test("it is told to when the client leaves, and when the service stops", async (t) => {
  const stops: PromiseWithResolvers<void>[] = [];
  const begins = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const verifyLog: VerifyLog = (_tenantId, { signal }) => {
    const [stopped, walked] = [Promise.withResolvers<void>(), Promise.withResolvers<never>()];
    begins[stops.push(stopped) - 1]?.resolve();
    signal?.addEventListener("abort", () => {
      stopped.resolve();
      walked.reject(signal.reason);
    });
    return walked.promise;
  };
  const app = Fastify();
  app.addSchema(ProblemSchema);
  app.decorateRequest("administering", null);
  const caller = { kind: "app" as const, id: "app-1", tenantId: "t-1", rights: new Set() };
  registerVerificationRoute(app as unknown as Server, {
    need: () => async (request) => {
      (request as { administering: unknown }).administering = caller;
    },
    verifyLog,
  });
  const url = `${await app.listen({ port: 0, host: "127.0.0.1" })}${PATH}`;
  t.teardown(() => app.close());
  const leave = new AbortController();
  const left = fetch(url, { signal: leave.signal }).catch(() => "left");
  await begins[0]?.promise;
  leave.abort();
  t.equal(await left, "left");
  await stops[0]?.promise;
  const stayed = fetch(url);
  await begins[1]?.promise;
  await app.close();
  await stops[1]?.promise;
  t.equal((await stayed).ok, false);
});
