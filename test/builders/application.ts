import { createApp } from "../../src/apps/app-store.pg.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { SCOPES, type Scope } from "../../src/kit/rights.ts";
import { createTenant } from "../../src/tenants/create-tenant.pg.ts";
import type { Answer, CallOptions, StartedProduct } from "../journeys/product.ts";

/** An application with its token, and calls in its name. */
export interface Application {
  readonly id: string;
  readonly token: string;
  call(method: string, path: string, options?: Omit<CallOptions, "token">): Promise<Answer>;
}

/** The application of the demonstration, which has every scope. */
export async function demoApplication(run: StartedProduct): Promise<Application> {
  return application(run, run.demo.app.clientId, await run.appToken());
}

/** One more application, of the demonstration's tenant where no other is named. */
export async function newApplication(
  run: StartedProduct,
  { scopes = SCOPES, tenantId = run.demo.tenant.id }: { scopes?: readonly Scope[]; tenantId?: string } = {},
): Promise<Application> {
  const { app, clientSecret } = await createApp(
    run.connection.db,
    { tenantId, name: "Test", scopes },
    { random: systemRandom, now: run.clock.now() },
  );
  const answer = await fetch(`${run.baseUrl}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${app.id}:${clientSecret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  return application(run, app.id, ((await answer.json()) as { access_token: string }).access_token);
}

/** Another organisation with its own application. */
export async function anotherTenant(run: StartedProduct, domain: string): Promise<Application> {
  const tenantId = await run.connection.db
    .transaction()
    .execute((trx) => createTenant(trx, { name: `Tenant of ${domain}`, domain, plan: "business" }, run.clock.now()));
  if (tenantId === null) throw new Error(`${domain} is taken`);
  return newApplication(run, { tenantId });
}

function application(run: StartedProduct, id: string, token: string): Application {
  return { id, token, call: (method, path, options) => run.call(method, path, { ...options, token }) };
}

/** Events of one type, oldest first. */
export async function auditEvents(run: StartedProduct, type: string) {
  const { rows } = await run.connection.pool.query(
    "select type, outcome, reason, actor, user_id, details from audit_events where type = $1 order by at, id",
    [type],
  );
  return rows;
}
