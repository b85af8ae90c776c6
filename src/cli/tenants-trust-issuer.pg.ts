import { sql } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import { newId, type Random } from "../kit/random.ts";
import type { TrustedIssuer } from "../sign-in/trusted-issuer.ts";

export type KeptIssuer = { readonly outcome: "kept"; readonly tenantId: string } | { readonly outcome: "unknown" | "taken" };

/** In one transaction with the record of it. `taken`: by what a token says of itself it would be of two tenants. */
export async function keepTrustedIssuer(
  db: Db,
  { domain, trusted }: { domain: string; trusted: TrustedIssuer | null },
  { random, now }: { random: Random; now: number },
): Promise<KeptIssuer> {
  return db.transaction().execute(async (trx): Promise<KeptIssuer> => {
    // Two operators at once must not both find the pair free.
    await sql`select pg_advisory_xact_lock(hashtext('rekey trusted issuer'))`.execute(trx);
    const tenant = await trx.selectFrom("tenant_domains").select("tenant_id").where("domain", "=", domain).executeTakeFirst();
    if (tenant === undefined) return { outcome: "unknown" };
    const tenantId = tenant.tenant_id;
    if (trusted !== null) {
      const { rows } = await sql`select 1 from tenants where id <> ${tenantId}
        and trusted_issuer->>'issuer' = ${trusted.issuer} and trusted_issuer->>'audience' = ${trusted.audience}`.execute(trx);
      if (rows.length > 0) return { outcome: "taken" };
    }
    const written = trusted === null ? null : JSON.stringify(trusted);
    await trx.updateTable("tenants").set({ trusted_issuer: written }).where("id", "=", tenantId).execute();
    const details = { domain, trustedIssuer: trusted };
    await writeAuditEvents(trx, [
      { id: newId(random), at: now, tenantId, type: "tenant.trust-issuer", outcome: "success", actor: { kind: "operator" }, details },
    ]);
    return { outcome: "kept", tenantId };
  });
}
