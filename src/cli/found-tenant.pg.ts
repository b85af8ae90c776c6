import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Sealer } from "../keys/sealer.ts";
import { HOUR } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import { createPasswordHasher } from "../passwords/password-hasher.ts";
import { newTemporaryPassword } from "../passwords/temporary-password.ts";
import { DEFAULT_POLICY } from "../policy/tenant-policy.ts";
import { createTenant, type NewTenant } from "../tenants/create-tenant.pg.ts";
import type { UserPrincipalName } from "../users/user-principal-name.ts";
import { insertUser } from "../users/user-store.pg.ts";

export interface FoundedTenant {
  readonly outcome: "founded";
  readonly tenantId: string;
  readonly adminId: string;
  /** Stored as a hash: this is the one time it can be read. */
  readonly temporaryPassword: string;
  /** `null`: it does not expire. */
  readonly expiresAt: Date | null;
}

/** The administrator comes without contact data, so nothing is sealed and the command needs no MASTER_KEY. */
const NOTHING_TO_SEAL: Sealer = { seal: unreachable, unseal: unreachable, tag: unreachable };

/**
 * Founds an organisation with its first administrator, in one transaction with the record of it: a tenant that nobody can
 * administer, or that nobody knows who made, must not exist. The default policy is what the new tenant has.
 */
export async function foundTenant(
  db: Db,
  { tenant, admin }: { tenant: NewTenant; admin: UserPrincipalName },
  { random, now }: { random: Random; now: number },
): Promise<FoundedTenant | { readonly outcome: "domain-taken" | "name-taken" }> {
  const temporaryPassword = newTemporaryPassword(random);
  const phc = await createPasswordHasher({ random, concurrency: 1 }).hash(temporaryPassword);
  const { lifetimeHours } = DEFAULT_POLICY.temporaryPassword;
  const expiresAt = lifetimeHours === 0 ? null : new Date(now + lifetimeHours * HOUR);
  return db
    .transaction()
    .execute(async (trx): Promise<FoundedTenant> => {
      const tenantId = await createTenant(trx, tenant, now);
      if (tenantId === null) throw new Taken("domain-taken");
      const person = { tenantId, name: admin, roles: ["globalAdministrator"], password: { phc, temporary: true, expiresAt } };
      const adminId = await insertUser(trx, person, { sealer: NOTHING_TO_SEAL, now });
      if (adminId === null) throw new Taken("name-taken");
      const { name, domain, plan } = tenant;
      await writeAuditEvents(trx, [
        {
          id: newId(random),
          at: now,
          tenantId,
          type: "tenant.create",
          outcome: "success",
          actor: { kind: "operator" },
          userId: adminId,
          details: { name, domain, plan, roles: person.roles },
        },
      ]);
      return { outcome: "founded", tenantId, adminId, temporaryPassword, expiresAt };
    })
    .catch((error: unknown) => {
      if (error instanceof Taken) return { outcome: error.outcome };
      throw error;
    });
}

/** Thrown to roll back: what was made before the name was found to be taken must not stay. */
class Taken extends Error {
  readonly outcome: "domain-taken" | "name-taken";

  constructor(outcome: Taken["outcome"]) {
    super(outcome);
    this.outcome = outcome;
  }
}

function unreachable(): never {
  throw new Error("a new tenant's administrator has nothing to seal");
}
