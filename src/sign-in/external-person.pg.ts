import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import { lookupKey } from "../users/user-principal-name.ts";
import type { ExternalPersonDeps } from "./external-person.ts";
import type { TrustedIssuer } from "./trusted-issuer.ts";

/** Who trusts an issuer, and who is named by it. One statement each. */
export function createExternalPersonStore(db: Db): Pick<ExternalPersonDeps, "trustedBy" | "personNamed"> {
  return {
    async trustedBy(issuer) {
      const { rows } = await sql<{ tenantId: string; trusted: TrustedIssuer }>`
        select id as "tenantId", trusted_issuer as trusted from tenants where trusted_issuer->>'issuer' = ${issuer} and suspended_at is null`.execute(
        db,
      );
      return rows;
    },
    async personNamed(tenantId, name) {
      const people = await db
        .selectFrom("users")
        .select("id")
        .where("tenant_id", "=", tenantId)
        .where("enabled", "=", true)
        .where("deleted_at", "is", null)
        .where((users) => users.or([users("upn_key", "=", lookupKey(name)), users("external_id", "=", name)]))
        .limit(2)
        .execute();
      const [person] = people;
      // Two people by one word: neither is meant for certain.
      return person === undefined || people.length > 1 ? null : { id: person.id, tenantId };
    },
  };
}
