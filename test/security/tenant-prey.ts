import { demoApplication } from "../builders/application.ts";
import type { StartedProduct } from "../journeys/product.ts";
import { type Belongings, belongings } from "./tenant-rows.ts";

/** A tenant that others are after. */
export interface Prey {
  readonly things: Belongings;
  /** Ids of one thing of each kind, and a person's name. */
  readonly aims: readonly string[];
  readonly group: string;
  /** Words that are this tenant's alone. */
  readonly words: RegExp;
}

/** Tenant A, with one of everything. What was sent is over when this answers. */
export async function prey(run: StartedProduct): Promise<Prey> {
  const { id: tenantId } = run.demo.tenant;
  const app = await demoApplication(run);
  const henrik = (await app.call("GET", `/v1/users/${run.person("henrik").userPrincipalName}`)).json.id;
  const group = (await app.call("POST", "/v1/groups", { body: { name: "Preygroup" } })).json.id;
  const inner = (await app.call("POST", "/v1/groups", { body: { name: "Preyinner" } })).json.id;
  for (const member of [henrik, inner]) await app.call("PUT", `/v1/groups/${group}/members/${member}`);
  await app.call("POST", "/v1/users/import", {
    body: "userPrincipalName\nprey@contoso.example\n",
    headers: { "content-type": "text/csv" },
  });
  for (const lifetimeDays of [1, 2, 3, 4, 0])
    await app.call("PATCH", "/v1/policy", { body: { passwords: { lifetimeDays } }, headers: { "if-match": "*" } });
  for (const kind of ["reset", "change"]) await app.call("POST", `/v1/password-${kind}-jobs`, { body: { users: [henrik] } });
  await run.call("POST", "/v1/help-requests", { body: { userPrincipalName: run.person("henrik").userPrincipalName, message: "Preyhelp" } });
  await run.call("POST", "/v1/password-resets", { body: { userPrincipalName: run.person("henrik").userPrincipalName } });
  const gone = (await app.call("POST", "/v1/users", { body: { userPrincipalName: "gone@contoso.example" } })).json.id;
  await app.call("DELETE", `/v1/users/${gone}`);
  await run.connection.pool.query(
    `insert into approvals (id, tenant_id, kind, act, requested_by, state, created_at, expires_at)
     values ('prey-approval-0000000001', $1, 'reset-administrator', '{}', $2, 'waiting', $3, $4)`,
    [tenantId, { kind: "user", id: henrik }, new Date(run.clock.now()), new Date(run.clock.now() + 3_600_000)],
  );
  await run.settled();
  const things = await belongings(run, tenantId);
  const aims = [...new Set([...Object.values(things.ids), henrik, gone, inner, run.person("henrik").userPrincipalName, "6"])];
  return { things, aims, group, words: /Prey|Contoso Demo|[Hh]enrik|Nygaard|Björk|@contoso\.example/ };
}
