import { createSealEvents } from "../../src/audit/seal-events.pg.ts";
import { closeFlows } from "../../src/reports/close-flows.pg.ts";
import { countEvents } from "../../src/reports/count-events.pg.ts";
import { type StartedProduct, until } from "../journeys/product.ts";

/** Seals what is on the record by now, beside the worker, which does the same every second: each event is counted by one of them. */
export async function sealed({ connection: { db, pool }, keyring, clock }: StartedProduct): Promise<void> {
  const seal = createSealEvents({ db, keyring, clock, countEvents });
  await until(async () => (await seal()) === 0 && (await pool.query("select 1 from audit_unsealed limit 1")).rowCount === 0);
}

/** Seals, and counts the resets whose time is over. */
export async function closed(run: StartedProduct): Promise<void> {
  await sealed(run);
  await closedNow(run);
}

/** Counts the resets whose time is over, as a worker does every minute. Answers how many. */
export function closedNow({ connection, config, clock }: StartedProduct): Promise<number> {
  return closeFlows({ db: connection.db, lifetimeMs: config.resetTtlSeconds * 1_000 }, clock.now());
}
