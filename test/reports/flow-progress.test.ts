import fc from "fast-check";
import t from "tap";
import { connect } from "../../src/database/connect.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { countEvents } from "../../src/reports/count-events.pg.ts";
import type { CountedEvent } from "../../src/reports/day-counts.ts";
import { endOf, type FlowProgress, progressOf } from "../../src/reports/flow-progress.ts";
import { freshDatabase } from "../journeys/fresh-database.ts";

const TENANT = "11111111-1111-4111-8111-111111111111";
const PERSON = "22222222-2222-4222-8222-222222222222";
const BEGUN = Date.parse("2026-11-21T23:59:00Z");

type Step = readonly [type: string, outcome: string, more?: { reason?: string; method?: string; decoy?: boolean }];

/** Events of one flow, a second after each other. */
function eventsOf(flowId: string, steps: readonly Step[]): CountedEvent[] {
  return steps.map(([type, outcome, { reason = null, ...details } = {}], index) => ({
    ...{ id: `${flowId} ${index}`, at: new Date(BEGUN + index * 1_000), tenant_id: TENANT, type, outcome, reason },
    ...{ user_id: PERSON, flow_id: flowId, details },
  }));
}

const START: Step = ["reset.start", "success", { decoy: false }];
const asked = (method: string): Step => ["reset.challenge", "success", { method, decoy: false }];
const proved = (method: string): Step => ["reset.proof", "success", { method, decoy: false }];
const WRONG: Step = ["reset.proof", "failure", { reason: "code-rejected", method: "email", decoy: false }];
const stopped = (reason: string): Step => ["reset.proof", "blocked", { reason, method: "email", decoy: false }];
const BAD_PASSWORD: Step = ["reset.password", "failure", { reason: "password-rejected" }];
const EARLY: Step = ["reset.password", "blocked", { reason: "gates-not-passed" }];

const left = (reason: string, method = "") => ({ outcome: "abandoned", reason, method });

t.test("what became of a reset", async (t) => {
  const cases: readonly (readonly [string, readonly Step[], gates: number, object | null])[] = [
    ["opened", [START], 1, left("after-the-start")],
    ["asked", [START, asked("email"), WRONG], 1, left("after-asking", "email")],
    ["asked twice", [START, asked("email"), asked("sms")], 1, left("after-asking", "sms")],
    ["one proof of two", [START, asked("email"), proved("email")], 2, left("after-the-first-proof", "email")],
    ["too early", [START, asked("email"), proved("email"), EARLY], 2, left("after-the-first-proof", "email")],
    ["one proof of one", [START, asked("email"), proved("email")], 1, left("before-the-password", "email")],
    ["both proofs", [START, asked("email"), proved("email"), asked("sms"), proved("sms")], 2, left("before-the-password", "sms")],
    ["choosing", [START, asked("email"), proved("email"), BAD_PASSWORD], 1, left("while-choosing-a-password")],
    ["blocked", [START, asked("email"), stopped("too-many-tries")], 1, { outcome: "blocked", reason: "too-many-tries", method: "email" }],
    [
      "blocked, then proved",
      [START, asked("email"), stopped("too-many-tries"), asked("sms"), proved("sms")],
      1,
      left("before-the-password", "sms"),
    ],
    [
      "passwords used up",
      [START, asked("email"), proved("email"), BAD_PASSWORD, ["reset.password", "blocked", { reason: "too-many-passwords" }]],
      1,
      { outcome: "blocked", reason: "too-many-passwords", method: "email" },
    ],
    ["completed", [START, asked("email"), proved("email"), ["reset.complete", "success"]], 1, null],
    ["unlocked", [START, ["reset.unlock", "success"]], 1, null],
    ["cancelled", [START, asked("sms"), ["reset.cancel", "success", { decoy: false }]], 1, null],
    ["a start that never came to the record", [asked("email")], 1, null],
  ];
  for (const [name, steps, gates, expected] of cases) {
    const [flow] = progressOf(eventsOf("f", steps));
    t.strictSame(flow && endOf(flow, gates), expected, name);
  }
  t.strictSame(progressOf(eventsOf("f", [["reset.start", "success", { decoy: true }]])), [], "whoever cannot reset is not followed");
  t.strictSame(progressOf(eventsOf("f", [["sign-in.start", "success"]])), [], "nor is a second step");
});

t.test("in whatever order and batches events are sealed, the counts are the same", async (t) => {
  const connection = connect({ url: new Secret(await freshDatabase(t)), max: 4 });
  t.teardown(() => connection.close());
  const step = fc.constantFrom<Step>(
    asked("email"),
    asked("sms"),
    proved("email"),
    proved("sms"),
    WRONG,
    BAD_PASSWORD,
    EARLY,
    ["reset.complete", "success"],
    ["reset.cancel", "success", { decoy: false }],
  );
  const flows = fc.array(fc.array(step, { maxLength: 5 }), { minLength: 1, maxLength: 6 });
  const orders = fc.array(fc.double({ noNaN: true, min: 0, max: 1 }), { minLength: 40, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(flows, orders, fc.integer({ min: 1, max: 5 }), async (made, order, size) => {
      await connection.pool.query("truncate event_day_counts, open_flows");
      const events = made.flatMap((steps, index) => eventsOf(`f${index}`, [START, ...steps]));
      const shuffled = events.map((event, index) => ({ event, key: order[index % order.length] ?? 0 })).sort((a, b) => a.key - b.key);
      const batches: CountedEvent[][] = [];
      for (let from = 0; from < shuffled.length; from += size) batches.push(shuffled.slice(from, from + size).map(({ event }) => event));
      // Of two at a time, as when a sealer begins before another one's end is seen.
      for (let from = 0; from < batches.length; from += 2)
        await Promise.all(
          batches.slice(from, from + 2).map((batch) => connection.db.transaction().execute((trx) => countEvents(trx, batch))),
        );
      const stored = await readFlows(connection.pool);
      const expected = progressOf(events);
      const seen = (flow: FlowProgress) => [
        flow.flowId,
        flow.started,
        flow.ended,
        flow.blocked,
        flow.proofs,
        flow.passwordsRejected,
        flow.askedMethod,
      ];
      const byId = (a: FlowProgress, b: FlowProgress) => (a.flowId < b.flowId ? -1 : 1);
      const same = JSON.stringify(stored.sort(byId).map(seen)) === JSON.stringify(expected.toSorted(byId).map(seen));
      const { rows } = await connection.pool.query("select coalesce(sum(count), 0)::int as counted from event_day_counts");
      return same && rows[0].counted === events.length;
    }),
    { numRuns: 40 },
  );
  t.pass("40 times");
});

async function readFlows(pool: { query(sql: string): Promise<{ rows: FlowProgress[] }> }): Promise<FlowProgress[]> {
  const { rows } = await pool.query(`select flow_id as "flowId", started, ended, blocked, proofs, passwords_rejected as "passwordsRejected",
    asked_method as "askedMethod" from open_flows`);
  return rows;
}
