import t, { type Test } from "tap";
import { newPerson } from "../builders/administrator.ts";
import { type Application, anotherTenant, demoApplication, newApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { challenge, proveByMessage, type Reset, setPassword, startReset, verify } from "../journeys/reset-steps.ts";
import { unlock } from "../journeys/unlock-walk.ts";
import { closed, closedNow, sealed } from "./sealing.ts";

const NEW_PASSWORD = "plum violin harbour tuesday";
const RESETS = "/v1/reports/resets";
const NONE = { started: 0, completed: 0, unlocked: 0, cancelled: 0, blocked: 0, failed: 0, abandoned: 0, unknownNames: 0 };

const totals = async (app: Application) => (await app.call("GET", RESETS)).json.totals;
const cancel = (run: StartedProduct, reset: Reset) => run.call("DELETE", `/v1/password-resets/${reset.id}`, { token: reset.token });

/** Somebody of their own for each reset: whoever completes one ends the others of the same person. */
async function opened(run: StartedProduct, roles: readonly string[] = []) {
  const person = await newPerson(run, { roles });
  const reset = await startReset(run, person.userPrincipalName);
  const [email = "", phone = ""] = person.contacts.map(({ value }) => value);
  return { person, reset, email, phone };
}

/** The steps are moved and sealed: as many events of a type are on the record as were made. */
async function recorded(run: StartedProduct, type: string, count: number): Promise<void> {
  await until(
    async () =>
      (await run.connection.pool.query("select 1 from audit_events where type = $1 and outcome = 'success'", [type])).rowCount === count,
  );
  await sealed(run);
}

async function everyKindOfReset(t: Test, run: StartedProduct): Promise<void> {
  const completed = await opened(run);
  await proveByMessage(run, completed.reset, "email", completed.email);
  t.equal((await setPassword(run, completed.reset, NEW_PASSWORD)).status, 204);

  const cancelled = await opened(run);
  t.equal((await challenge(run, cancelled.reset, "sms")).status, 202);
  t.equal((await cancel(run, cancelled.reset)).status, 204);

  const blocked = await opened(run);
  const { challengeId } = (await challenge(run, blocked.reset, "email")).json;
  let last = 400;
  for (let wrong = 0; last !== 429; wrong++) last = (await verify(run, blocked.reset, challengeId, String(10_000_000 + wrong))).status;

  // Started and left, at every place where one can leave.
  await opened(run);
  const asked = await opened(run);
  t.equal((await challenge(run, asked.reset, "sms")).status, 202);
  const halfWay = await opened(run, ["globalAdministrator"]);
  t.equal((await proveByMessage(run, halfWay.reset, "email", halfWay.email)).next, "challenge");
  const proved = await opened(run);
  t.equal((await proveByMessage(run, proved.reset, "sms", proved.phone)).next, "password");
  const choosing = await opened(run);
  await proveByMessage(run, choosing.reset, "email", choosing.email);
  t.equal((await setPassword(run, choosing.reset, "kort")).json.code, "password-rejected");

  // Of whoever cannot reset, and of nobody: they go as far as anybody can, and come nowhere.
  const decoy = await startReset(run, run.person("signe").userPrincipalName);
  t.equal((await challenge(run, decoy, "email")).status, 202);
  t.equal((await cancel(run, decoy)).status, 204);
  for (const name of ["nobody@contoso.example", "nobody.else@contoso.example"]) await startReset(run, name);
  await startReset(run, "somebody@elsewhere.example");

  await run.connection.pool.query("update tenants set policy = policy || $1", [
    { writeback: { enabled: false, unlockWithoutReset: true } },
  ]);
  const locked = await newPerson(run);
  const flow: Reset = (
    await run.call("POST", "/v1/password-resets", { body: { userPrincipalName: locked.userPrincipalName, purpose: "unlock" } })
  ).json;
  await proveByMessage(run, flow, "email", locked.contacts[0]?.value ?? "");
  t.equal((await unlock(run, flow)).status, 204);
}

t.test("resets of every kind are counted as what became of them, each once", async (t) => {
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "3" } });
  const app = await demoApplication(run);
  await anotherTenant(run, "fabrikam.example");
  await everyKindOfReset(t, run);
  const today = new Date(run.clock.now()).toISOString().slice(0, 10);

  // 10 of people of the organisation, 2 of nobody's name in its domain; the domain that nobody has is in no report.
  await recorded(run, "reset.start", 13);
  await recorded(run, "reset.cancel", 2);
  await recorded(run, "reset.proof", 5);
  const ended = { ...NONE, started: 10, completed: 1, unlocked: 1, cancelled: 1, failed: 1, unknownNames: 2 };
  t.strictSame(await totals(app), ended, "what ended by itself is counted at once");
  await closed(run);
  t.strictSame(await totals(app), ended, "and nothing is given up before its time is over");

  run.clock.turn(31 * 60_000);
  const whole = { ...ended, blocked: 1, abandoned: 5 };
  await closed(run);
  await closed(run);
  const { json } = await (await demoApplication(run)).call("GET", RESETS);
  t.strictSame(json.totals, whole, "each that was started became something, once");
  t.strictSame(json.days.at(-1), { day: today, ...whole });
  t.equal(json.days.length, 30);
  t.strictSame(json.days[0], { day: json.from, ...NONE });
  t.strictSame(
    json.byOutcome
      .filter(({ outcome }: { outcome: string }) => outcome === "abandoned")
      .map(({ reason, method }: Record<string, string>) => [reason, method])
      .sort(),
    [
      ["after-asking", "sms"],
      ["after-the-first-proof", "email"],
      ["after-the-start", null],
      ["before-the-password", "sms"],
      ["while-choosing-a-password", null],
    ],
  );
  t.match(
    json.byOutcome.find(({ outcome }: { outcome: string }) => outcome === "blocked"),
    {
      reason: "too-many-tries",
      method: "email",
      count: 1,
    },
  );
  t.match(
    json.byOutcome.find(({ outcome }: { outcome: string }) => outcome === "failed"),
    { reason: "cannot-reset", count: 1 },
  );
  t.strictSame(
    json.byMethod.find(({ method }: { method: string }) => method === "sms"),
    { method: "sms", asked: 3, passed: 1, failed: 0 },
  );
  t.match(
    json.byMethod.find(({ method }: { method: string }) => method === "email"),
    { asked: 5, passed: 4 },
  );
  t.equal((await run.connection.pool.query("select 1 from open_flows")).rowCount, 0, "what is over is forgotten");

  const theirs = (await (await newApplication(run, { tenantId: await tenantOf(run, "fabrikam.example") })).call("GET", RESETS)).json;
  t.strictSame([theirs.totals, theirs.byMethod, theirs.byOutcome], [NONE, [], []], "nothing of it is another organisation's");
});

async function tenantOf(run: StartedProduct, domain: string): Promise<string> {
  return (await run.connection.pool.query("select tenant_id from tenant_domains where domain = $1", [domain])).rows[0].tenant_id;
}

t.test("an end that is sealed late is no abandonment", async (t) => {
  const run = await startProduct(t, { worker: false });
  const { pool } = run.connection;
  const write = (id: string, at: number, type: string) =>
    pool.query(
      `insert into audit_events (id, at, tenant_id, type, outcome, actor, user_id, flow_id, details)
       select $1, $2, tenant_id, $3, 'success', '{"kind":"anonymous"}', id, 'flow-1', '{}' from users where upn_key like 'henrik%'`,
      [id, new Date(at), type],
    );
  const begun = run.clock.now();
  await write("a", begun, "reset.start");
  await sealed(run);
  await write("b", begun + 60_000, "reset.complete");
  run.clock.turn(45 * 60_000);
  t.equal(await closedNow(run), 0, "while something waits to be sealed nothing is closed");
  await closed(run);
  t.strictSame(await totals(await demoApplication(run)), { ...NONE, started: 1, completed: 1 });
});

t.test("the days of a report", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  const get = (query: string) => app.call("GET", `${RESETS}?${query}`);
  const tenant = run.demo.tenant.id;
  await run.connection.pool.query(
    `insert into event_day_counts select $1, day, 'reset.start', 'success', '', '', 1 from unnest(array['2026-02-27','2026-02-28','2026-03-01','2026-03-02']::date[]) day`,
    [tenant],
  );
  const { json } = await get("from=2026-02-28&to=2026-03-01");
  t.match(json, { from: "2026-02-28", to: "2026-03-01", totals: { started: 2 }, days: [{ day: "2026-02-28" }, { day: "2026-03-01" }] });
  t.match((await get("to=2026-03-01")).json, { from: "2026-01-31", totals: { started: 3 } });
  t.equal((await get("from=2025-01-27&to=2026-03-02")).json.days.length, 400);
  const faults = {
    "from=2025-01-26&to=2026-03-02": "/from",
    "from=2026-03-02&to=2026-03-01": "/from",
    "from=2026-02-30&to=2026-03-01": "/from",
    "to=2026-13-01": "/to",
  };
  for (const [query, field] of Object.entries(faults))
    t.match(await get(query), { status: 400, json: { code: "invalid-request", errors: [{ field }] } }, query);
  t.equal((await get("from=yesterday")).status, 400);
  t.equal((await get("day=2026-03-01")).status, 400);
  t.equal((await app.call("GET", RESETS)).json.to, new Date(run.clock.now()).toISOString().slice(0, 10));
});

t.test("reports need their right", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await newApplication(run, { scopes: ["users:read", "audit:read"] });
  for (const path of [RESETS, "/v1/reports/registration"]) {
    t.match(await app.call("GET", path), { status: 403, json: { code: "forbidden", missing: ["scope"] } });
    t.equal((await run.call("GET", path)).status, 401);
  }
});
