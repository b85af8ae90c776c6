import { sql, type Transaction } from "kysely";
import type { Actor } from "../audit/audit-event.ts";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Database } from "../database/schema.ts";
import { newId, type Random } from "../kit/random.ts";
import { logoDigest } from "./branding.ts";
import { readTenantView } from "./tenant-view.pg.ts";
import type { TenantChanges, TenantView } from "./tenant-view.ts";

type Trx = Transaction<Database>;

/** Who changes an organisation, and when. */
export interface TenantAct {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly now: number;
}

/** What is written about it: one event for each thing that became different. */
export interface Happened {
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * One transaction: locks the organisation's row, changes it, and writes what happened. Nothing is written where nothing became different.
 * @param change answers what happened, by the organisation as it was
 */
export async function actOnTenant(
  db: Db,
  random: Random,
  { tenantId, actor, now }: TenantAct,
  change: (trx: Trx, before: TenantView) => Promise<readonly Happened[]>,
): Promise<TenantView> {
  return db.transaction().execute(async (trx) => {
    await sql`select 1 from tenants where id = ${tenantId} for no key update`.execute(trx);
    const happened = await change(trx, await readTenantView(trx, tenantId));
    const common = { at: now, tenantId, outcome: "success", actor } as const;
    await writeAuditEvents(
      trx,
      happened.map((event) => ({ ...common, ...event, id: newId(random) })),
    );
    return readTenantView(trx, tenantId);
  });
}

/** Name and branding. */
export function createChangeTenant({ db, random }: { db: Db; random: Random }) {
  return (act: TenantAct, changes: TenantChanges): Promise<TenantView> =>
    actOnTenant(db, random, act, async (trx, before) => [...(await rename(trx, before, changes)), ...(await brand(trx, before, changes))]);
}

async function rename(trx: Trx, { id, name: was }: TenantView, { name = was }: TenantChanges): Promise<Happened[]> {
  if (name === was) return [];
  await trx.updateTable("tenants").set({ name }).where("id", "=", id).execute();
  return [{ type: "tenant.rename", details: { before: was, after: name } }];
}

async function brand(trx: Trx, { id, branding: before }: TenantView, changes: TenantChanges): Promise<Happened[]> {
  const { accentColor = before.accentColor, logo: png } = changes;
  const logo = png === undefined ? before.logo : png === null ? null : logoDigest(png);
  if (accentColor === before.accentColor && logo === before.logo) return [];
  await trx.updateTable("tenants").set({ accent_color: accentColor }).where("id", "=", id).execute();
  if (png === null) await trx.deleteFrom("tenant_logos").where("tenant_id", "=", id).execute();
  if (png instanceof Buffer && logo !== null)
    await trx
      .insertInto("tenant_logos")
      .values({ tenant_id: id, digest: logo, png })
      .onConflict((known) => known.column("tenant_id").doUpdateSet({ digest: logo, png }))
      .execute();
  return [{ type: "tenant.brand", details: { before, after: { accentColor, logo } } }];
}
