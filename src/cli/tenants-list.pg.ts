import type { Command } from "commander";
import { readDatabaseConfig } from "../config.ts";
import type { Db } from "../database/connect.pg.ts";
import { timestamp } from "../kit/clock.ts";
import { NOBODY } from "../users/nobody.ts";
import { note, printJson, printTable } from "./output.process.ts";
import { grouped } from "./printable.ts";

interface ListedTenant {
  readonly id: string;
  readonly name: string;
  readonly domains: readonly string[];
  readonly plan: string;
  readonly suspended: boolean;
  /** People who are not deleted. */
  readonly users: number;
  readonly createdAt: string;
}

/** `rekey tenants list`: the organisations, oldest first. */
export function addTenantsList(tenants: Command): void {
  tenants
    .command("list")
    .summary("list the organisations")
    .description("Lists the organisations, oldest first.")
    .option("--json", "print one JSON document: { items: [{ id, name, domains, plan, suspended, users, createdAt }], nextCursor }")
    .addHelpText("after", "\nExample:\n  rekey tenants list --json | jq -r '.items[].domains[]'")
    .action(listTenants);
}

async function listTenants({ json }: { readonly json?: true }): Promise<void> {
  const { withDatabase } = await import("./operator-database.pg.ts");
  const items = await withDatabase(readDatabaseConfig(), { create: false, schema: "current" }, ({ db }) => readTenants(db));
  // An installation has few tenants: one page holds them all.
  if (json) printJson({ items, nextCursor: null });
  else if (items.length === 0) note("There is no tenant yet: `rekey tenants create` makes one.");
  else
    printTable(
      [
        { title: "DOMAIN" },
        { title: "NAME" },
        { title: "PLAN" },
        { title: "USERS", align: "right" },
        { title: "CREATED" },
        { title: "ID" },
      ],
      items.map(({ domains, name, plan, suspended, users, createdAt, id }) => [
        domains.join(", "),
        name,
        suspended ? `${plan}, suspended` : plan,
        grouped(users),
        createdAt.slice(0, 10),
        id,
      ]),
    );
}

async function readTenants(db: Db): Promise<ListedTenant[]> {
  const tenants = await db
    .selectFrom("tenants")
    .select(["id", "name", "plan", "suspended_at", "created_at"])
    .where("id", "!=", NOBODY)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  const domains = await db.selectFrom("tenant_domains").selectAll().orderBy("domain").execute();
  const counts = await db
    .selectFrom("users")
    .select(({ fn }) => ["tenant_id", fn.countAll<string>().as("users")])
    .where("deleted_at", "is", null)
    .groupBy("tenant_id")
    .execute();
  const users = new Map(counts.map((row) => [row.tenant_id, Number(row.users)]));
  return tenants.map(({ id, name, plan, suspended_at, created_at }) => ({
    id,
    name,
    domains: domains.filter((row) => row.tenant_id === id).map(({ domain }) => domain),
    plan,
    suspended: suspended_at !== null,
    users: users.get(id) ?? 0,
    createdAt: timestamp(created_at.getTime()),
  }));
}
