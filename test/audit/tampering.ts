import pg from "pg";
import type { AuditEvent } from "../../src/audit/audit-event.ts";
import { writeAuditEvents } from "../../src/audit/audit-log.pg.ts";
import { newId, systemRandom } from "../../src/kit/random.ts";
import { demoApplication } from "../builders/application.ts";
import type { StartedProduct } from "../journeys/product.ts";

/** One who owns the database server and is bound by no trigger and no privilege. */
export async function asSuperuser(run: StartedProduct, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: run.config.databaseUrl?.reveal() });
  await client.connect();
  try {
    await client.query("set session_replication_role = replica");
    await work(client);
  } finally {
    await client.end();
  }
}

/** Events of the demonstration, some milliseconds apart. Answers their ids. */
export async function writeEvents(run: StartedProduct, count: number, more: Partial<AuditEvent> = {}): Promise<string[]> {
  const events = Array.from({ length: count }, (_, place) => ({
    id: newId(systemRandom),
    at: run.clock.now() + place,
    tenantId: run.demo.tenant.id,
    type: "user.update",
    outcome: "success" as const,
    actor: { kind: "operator" as const },
    details: { place },
    ...more,
  }));
  await writeAuditEvents(run.connection.db, events);
  return events.map(({ id }) => id);
}

export async function verify(run: StartedProduct, query = "") {
  const answer = await (await demoApplication(run)).call("GET", `/v1/audit-events/verification${query}`);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.json;
}
