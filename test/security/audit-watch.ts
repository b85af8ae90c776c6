import type { Test } from "tap";
import { type Answer, type StartedProduct, until } from "../journeys/product.ts";
import { type Reset, startReset } from "../journeys/reset-steps.ts";
import { address, from } from "./sources.ts";

interface Row {
  readonly type: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly [column: string]: unknown;
}

/** What the calls of a reset leave in the audit log, one after the other. */
export function watchAudit(t: Test, run: StartedProduct, reset: Reset) {
  const seen = new Set<unknown>();
  // What the worker says of its messages comes when it comes, and has a test of its own.
  const fresh = async (): Promise<Row[]> => {
    const { rows } = await run.connection.pool.query("select * from audit_events where flow_id = $1 and type <> 'message.sent'", [
      reset.id,
    ]);
    return rows.filter(({ id }) => !seen.has(id));
  };
  return {
    /** Does the call, and holds what it wrote against `expected`: "type outcome reason method", in alphabetical order where there are several. What should have written nothing shows at the next one. */
    async left(what: string, call: () => Promise<Answer>, status: number, expected: string | readonly string[] | null): Promise<Answer> {
      const answer = await call();
      t.equal(answer.status, status, `${what}: ${answer.text.slice(0, 120)}`);
      if (expected === null) return answer;
      await until(async () => (await fresh()).length > 0);
      const rows = await fresh();
      for (const { id } of rows) seen.add(id);
      const told = rows.map(({ type, outcome, reason, details }) => [type, outcome, reason, details.method].filter(Boolean).join(" "));
      t.same(told.sort(), [expected].flat(), what);
      for (const row of rows) t.match(row, { flow_id: reset.id, support_code: reset.supportCode }, what);
      return answer;
    },
    async nothingMore(): Promise<void> {
      await everythingMoved(run);
      t.same(await fresh(), []);
    },
  };
}

let markers = 1_000;
/** Steps that are made now, and again after them, are in the log; so everything before is. */
export async function everythingMoved(run: StartedProduct): Promise<void> {
  for (const marker of [++markers, ++markers]) {
    const { id } = await startReset(from(run, address(marker)), `marker-${marker}@nowhere.example`);
    await until(async () => (await run.connection.pool.query("select 1 from audit_events where flow_id = $1", [id])).rowCount === 1);
  }
}
