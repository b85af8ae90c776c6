import type { Kysely, Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { newId, newToken, type Random } from "../kit/random.ts";
import { constantTimeEqual, sha256 } from "../kit/seal.ts";
import type { AppStore, RegisteredApp } from "./app-store.ts";

type Executor = Kysely<Database> | Transaction<Database>;

export function createAppStore(db: Executor): AppStore {
  return {
    async authenticate(clientId, secret) {
      const row = await db
        .selectFrom("apps")
        .innerJoin("tenants", "tenants.id", "apps.tenant_id")
        .selectAll("apps")
        .where("apps.id", "=", clientId)
        .where("tenants.suspended_at", "is", null)
        .executeTakeFirst();
      // The secret has 256 bits, so its plain hash is enough; for an unknown id something is compared all the same.
      const right = constantTimeEqual(sha256(secret), row?.secret_hash ?? "");
      return row !== undefined && right ? { id: row.id, tenantId: row.tenant_id, name: row.name, scopes: row.scopes } : null;
    },
  };
}

export interface NewApp {
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

/** Registers an application. The secret is in the answer and nowhere else. */
export async function createApp(
  db: Executor,
  app: NewApp,
  { random, now }: { random: Random; now: number },
): Promise<{ app: RegisteredApp; clientSecret: string }> {
  const clientSecret = newToken(random);
  const id = `app-${newId(random)}`;
  await db
    .insertInto("apps")
    .values({
      id,
      tenant_id: app.tenantId,
      name: app.name,
      scopes: [...app.scopes],
      secret_hash: sha256(clientSecret),
      created_at: new Date(now),
    })
    .execute();
  return { app: { id, ...app }, clientSecret };
}
