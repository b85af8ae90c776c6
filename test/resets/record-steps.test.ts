import { randomUUID } from "node:crypto";
import pg from "pg";
import t, { type Test } from "tap";
import type { AuditEvent } from "../../src/audit/audit-event.ts";
import { connect } from "../../src/database/connect.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import type { MethodOutcome, Pause } from "../../src/resets/move-events.worker.ts";
import { createRecordSteps } from "../../src/resets/record-steps.pg.ts";
import { NOBODY } from "../../src/users/nobody.ts";
import { freshDatabase } from "../journeys/fresh-database.ts";

const NONE: ReadonlyMap<string, Pause> = new Map();

async function recorder(t: Test) {
  const url = await freshDatabase(t);
  const { db, pool, close } = connect({ url: new Secret(url) });
  t.teardown(close);
  const ask = async (sql: string) => (await pool.query(sql)).rows;
  return { url, record: createRecordSteps(db), ask };
}

function proof(): AuditEvent {
  const about = { type: "reset.proof", outcome: "failure", tenantId: null, actor: { kind: "anonymous" }, flowId: "b01-flow" } as const;
  return { ...about, id: randomUUID(), at: Date.UTC(2031, 4, 17), details: { decoy: false } };
}

t.test("an event that comes twice is written and counted once", async (t) => {
  const { record, ask } = await recorder(t);
  const [{ id: methodId }] = await ask(`select id from authentication_methods where user_id = '${NOBODY}' and type = 'email'`);
  const failures = async () =>
    (await ask(`select consecutive_failures from authentication_methods where id = '${methodId}'`))[0].consecutive_failures;
  const judged = (events: readonly AuditEvent[], passed: readonly boolean[]) =>
    new Map<string, MethodOutcome>(events.map(({ id }, index) => [id, { methodId, passed: passed[index] === true }]));

  const [a, b, c, d] = [proof(), proof(), proof(), proof()];
  t.equal(await record([a, b], judged([a, b], [false, false]), NONE), true);
  t.equal(await failures(), 2);
  await record([b, c], judged([b, c], [false, false]), NONE);
  t.equal(await failures(), 3);
  await record([c, d], judged([c, d], [false, true]), NONE);
  t.equal(await failures(), 0, "a success starts anew");
  t.same(await ask("select actor, details from audit_events group by actor, details"), [
    { actor: { kind: "anonymous" }, details: { decoy: false } },
  ]);
});

t.test("a pause that several steps tell of is written once, and one notice is queued with it", async (t) => {
  const { record, ask } = await recorder(t);
  const event: AuditEvent = { ...proof(), id: "pause-1", type: "reset.pause", outcome: "blocked" };
  const about = { userId: NOBODY, flowId: "b01-flow", supportCode: "KXQT-WMRB", method: "email", at: 1, pausedUntil: 2 } as const;
  const pause: Pause = { event, notice: { task: "send-pause-notice", ...about } };
  for (let batch = 0; batch < 2; batch++) await record([proof()], new Map(), new Map([[event.id, pause]]));
  t.same(await ask("select count(*)::int as written from audit_events where type = 'reset.pause'"), [{ written: 1 }]);
  t.same(await ask("select payload from graphile_worker._private_jobs"), [{ payload: about }]);
});

t.test("a backlog of any size goes in at once", async (t) => {
  const { record, ask } = await recorder(t);
  await record(Array.from({ length: 12_800 }, proof), new Map(), NONE);
  t.same(await ask("select count(*)::int as written from audit_events"), [{ written: 12_800 }]);
});

t.test("while one process writes, another does nothing", async (t) => {
  const { url, record, ask } = await recorder(t);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  t.teardown(() => other.end());
  await other.query("begin; select pg_advisory_xact_lock(hashtext('rekey steps'))");
  t.equal(await record([proof()], new Map(), NONE), false);
  t.same(await ask("select 1 from audit_events"), []);
});
