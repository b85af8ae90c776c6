import t from "tap";
import { writeAuditEvents } from "../../src/audit/audit-log.pg.ts";
import { createSealEvents } from "../../src/audit/seal-events.pg.ts";
import { anotherTenant } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { asSuperuser, verify, writeEvents } from "./tampering.ts";

const seal = (run: StartedProduct) =>
  createSealEvents({ db: run.connection.db, keyring: run.keyring, clock: run.clock, countEvents: async () => undefined })();

t.test("whatever a superuser does to the log, verification names it, and nothing else", async (t) => {
  const run = await startProduct(t, { worker: false });
  const batches: string[][] = [];
  for (let turn = 0; turn < 6; turn++) {
    batches.push(await writeEvents(run, 3));
    await seal(run);
    run.clock.turn(1_000);
  }
  const clean = await verify(run);
  t.match(clean, { ok: true, problems: [], unsealed: 0 });
  t.ok(clean.events >= 18 && clean.batches >= 6);
  t.equal(clean.head.number, clean.batches);
  const last = clean.head.number;
  const ids = batches.flat();

  // Each is done and undone again, so that each is seen alone.
  const tries: [string, string, unknown[], string, object[]][] = [
    [
      "a changed word",
      "update audit_events set outcome = $2 where id = $1",
      [ids[0], "failure"],
      "update audit_events set outcome = 'success' where id = $1",
      [{ kind: "event-changed", eventId: ids[0] }],
    ],
    [
      "changed details",
      `update audit_events set details = $2 where id = $1`,
      [ids[4], '{"place":7}'],
      `update audit_events set details = '{"place":1}' where id = $1`,
      [{ kind: "event-changed", eventId: ids[4] }],
    ],
    [
      "another tenant",
      "update audit_events set tenant_id = null where id = $1",
      [ids[5]],
      `update audit_events set tenant_id = '${run.demo.tenant.id}' where id = $1`,
      [{ kind: "event-changed", eventId: ids[5] }],
    ],
    [
      "another time",
      "update audit_events set at = at + interval '1 hour' where id = $1",
      [ids[6]],
      "update audit_events set at = at - interval '1 hour' where id = $1",
      [
        { kind: "event-changed", eventId: ids[6] },
        { kind: "event-added", eventId: ids[6] },
      ],
    ],
    [
      "another month",
      "update audit_events set at = at + interval '40 days' where id = $1",
      [ids[7]],
      "update audit_events set at = at - interval '40 days' where id = $1",
      [
        { kind: "event-changed", eventId: ids[7] },
        { kind: "event-added", eventId: ids[7] },
      ],
    ],
    [
      "a leaf",
      "update audit_seals set leaves[1] = leaves[2] where number = $1 and tenant_id = $2",
      [last, run.demo.tenant.id],
      "",
      [
        { kind: "seal-changed", batch: last },
        { kind: "event-changed", eventId: ids[15] },
      ],
    ],
  ];
  for (const [what, change, values, back, expected] of tries) {
    await asSuperuser(run, (client) => client.query(change, values));
    const found = await verify(run);
    t.equal(found.ok, false, what);
    t.match(found.problems, expected, what);
    t.equal(found.problems.length, expected.length, what);
    if (back !== "") await asSuperuser(run, (client) => client.query(back, [values[0]]));
  }
});

t.test("events and seals that are taken away or put in are named", async (t) => {
  const run = await startProduct(t, { worker: false });
  await seal(run);
  const made: string[][] = [];
  for (let turn = 0; turn < 4; turn++) {
    made.push(await writeEvents(run, 2));
    await seal(run);
    run.clock.turn(1_000);
  }
  const { head } = await verify(run);
  t.match(await verify(run, `?expect=${head.number}:${head.hash}`), { ok: true });
  await asSuperuser(run, (client) => client.query("delete from audit_events where id = $1", [made[1]?.[0]]));
  t.match((await verify(run)).problems, [{ kind: "event-missing", eventId: made[1]?.[0] }]);

  const forged = "forged-event-000000000";
  await asSuperuser(run, (client) =>
    client.query(
      `insert into audit_events select $1, at, tenant_id, type, outcome, reason, actor, user_id, flow_id, support_code, details
       from audit_events where id = $2`,
      [forged, made[2]?.[0]],
    ),
  );
  t.match((await verify(run)).problems, [{ kind: "event-missing" }, { kind: "event-added", eventId: forged }]);
  t.match(await verify(run, `?from=${head.number}`), { ok: true, batches: 1, events: 2 }, "a range is looked at alone");

  await asSuperuser(run, (client) => client.query("delete from audit_seals where number = $1", [head.number - 2]));
  const gap = (await verify(run)).problems;
  t.ok(gap.some(({ kind, batch }: { kind: string; batch: number }) => kind === "seal-missing" && batch === head.number - 2));
  for (const id of made[1] ?? [])
    if (id !== made[1]?.[0])
      t.ok(
        gap.some(({ eventId }: { eventId: string }) => eventId === id),
        "its events are in no seal",
      );

  // The end is taken away with everything that tells of it, and the log goes on.
  await asSuperuser(run, async (client) => {
    await client.query("delete from audit_seals where number >= $1", [head.number - 2]);
    await client.query("delete from audit_events where id = any($1)", [[...made.slice(1).flat(), forged]]);
  });
  t.match(await verify(run), { ok: true }, "nothing inside of the log can tell");
  await writeEvents(run, 2);
  await seal(run);
  t.match((await verify(run, `?expect=${head.number}:${head.hash}`)).problems, [{ kind: "head-missing", batch: head.number }]);
});

t.test("an event that is taken away before it was sealed is named by its mark; tenants have chains of their own", async (t) => {
  const run = await startProduct(t, { worker: false });
  const [id] = await writeEvents(run, 1);
  await asSuperuser(run, (client) => client.query("delete from audit_events where id = $1", [id]));
  t.match((await verify(run)).problems, [{ kind: "event-missing", eventId: id }]);
  // A time that the database knows more exactly than we can seal it is no tampering.
  await run.connection.pool.query(
    `insert into audit_events (id, at, tenant_id, type, outcome, actor, details) values ('micro', now(), $1, 'x', 'success', '{"kind":"system"}', '{}')`,
    [run.demo.tenant.id],
  );
  t.equal((await verify(run)).problems.length, 1);
  const other = await anotherTenant(run, "fabrikam.example");
  const theirs = (await other.call("GET", "/v1/audit-events/verification")).json;
  t.match(theirs, { ok: true, problems: [] });
});

t.test("many writers at once while it is sealed: nothing is lost, nothing is sealed twice", async (t) => {
  const run = await startProduct(t, { worker: false });
  const sealing = { done: false };
  const sealers = [1, 2].map(async () => {
    while (!sealing.done) await seal(run);
  });
  const event = (id: string) => ({
    id,
    at: run.clock.now(),
    tenantId: run.demo.tenant.id,
    type: "user.update",
    outcome: "success" as const,
    actor: { kind: "operator" as const },
  });
  await Promise.all(
    Array.from({ length: 6 }, async (_, writer) => {
      for (let turn = 0; turn < 30; turn++) {
        const work = run.connection.db.transaction().execute(async (trx) => {
          await writeAuditEvents(trx, [event(`w${writer}-${turn}-a`), event(`w${writer}-${turn}-b`)]);
          // Written again, as a step that comes twice: once in the log, once in a seal.
          await writeAuditEvents(trx, [event(`w${writer}-${turn}-a`)]);
          if (turn % 5 === 4) throw new Error("taken back");
        });
        await work.catch(() => undefined);
      }
    }),
  );
  sealing.done = true;
  await Promise.all(sealers);
  const counts = `select (select count(*)::int from audit_events) as events,
    (select coalesce(sum(count), 0)::int from audit_seals) + (select count(*)::int from audit_unsealed) as known,
    (select count(*)::int from (select unnest(ids) from audit_seals) s) as ids`;
  const { rows } = await run.connection.pool.query(counts);
  t.equal(rows[0].events, rows[0].known);
  t.ok(rows[0].events >= 6 * 24 * 2);
  const found = await verify(run);
  t.match(found, { ok: true, unsealed: 0 });
});
