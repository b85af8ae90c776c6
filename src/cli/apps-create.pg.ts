import type { Command } from "commander";
import { readDatabaseConfig } from "../config.ts";
import type { Db } from "../database/connect.pg.ts";
import { systemClock } from "../kit/clock.ts";
import { newId, systemRandom } from "../kit/random.ts";
import { SCOPES, type Scope } from "../kit/rights.ts";
import { Refused, WrongUsage } from "./failure.ts";
import { domainValue, nameValue } from "./option-values.ts";
import { print, printFields, printJson } from "./output.process.ts";

interface Options {
  readonly tenant: string;
  readonly name: string;
  readonly scope: string;
  readonly json?: true;
}

const ALL_SCOPES = `The scopes are:\n${SCOPES.map((scope) => `  ${scope}`).join("\n")}`;

/** `rekey apps create`: an application that may call the API. */
export function addAppsCreate(apps: Command): void {
  apps
    .command("create")
    .summary("make an application that may call the API")
    .usage("--tenant <domain> --name <name> --scope <scopes> [options]")
    .description(
      "Makes an application of an organisation. Its client id and secret get access tokens at POST /oauth/token, " +
        "and let this command line call the API. The secret is shown once.",
    )
    .requiredOption("--tenant <domain>", "a domain of the organisation")
    .requiredOption("--name <name>", "what it is called, for people to read")
    .requiredOption("--scope <scopes>", "what it may do, with spaces between")
    .option("--json", "print one JSON document: { clientId, clientSecret, scope }")
    .addHelpText(
      "after",
      `\n${ALL_SCOPES}\n\nExample:\n  rekey apps create --tenant contoso.example --name HR --scope "users:read users:write"`,
    )
    .action(createApps);
}

async function createApps({ tenant, name: written, scope, json }: Options): Promise<void> {
  const scopes = readScopes(scope);
  const domain = domainValue("--tenant", tenant);
  const name = nameValue("--name", written);
  const { withDatabase } = await import("./operator-database.pg.ts");
  const app = await withDatabase(readDatabaseConfig(), { create: false, schema: "current" }, ({ db }) =>
    registerApp(db, { domain, name, scopes }),
  );
  if (app === null) throw new Refused(`No tenant has the domain ${domain}: \`rekey tenants list\` shows those there are.`);
  const answer = { ...app, scope: scopes.join(" ") };
  if (json) {
    printJson(answer);
    return;
  }
  print(`${name} may call the API of ${domain}.`, "");
  printFields([
    ["client id", answer.clientId],
    ["client secret", answer.clientSecret],
    ["scope", answer.scope],
  ]);
  print("", "The secret is shown this once. The command line reads both from REKEY_CLIENT_ID and REKEY_CLIENT_SECRET.");
}

function readScopes(text: string): Scope[] {
  const words = [...new Set(text.split(/\s+/).filter((word) => word !== ""))];
  const known = SCOPES.filter((scope) => words.includes(scope));
  const unknown = words.filter((word) => !(SCOPES as readonly string[]).includes(word));
  if (unknown.length > 0) throw new WrongUsage(`There is no scope ${unknown.join(" nor ")}. ${ALL_SCOPES}`);
  if (known.length === 0) throw new WrongUsage(`--scope names nothing that the application may do. ${ALL_SCOPES}`);
  return known;
}

/** In one transaction with the record of it. `null` when there is no such tenant. */
async function registerApp(
  db: Db,
  { domain, name, scopes }: { domain: string; name: string; scopes: readonly Scope[] },
): Promise<{ clientId: string; clientSecret: string } | null> {
  const { createApp } = await import("../apps/app-store.pg.ts");
  const { writeAuditEvents } = await import("../audit/audit-log.pg.ts");
  const now = systemClock.now();
  return db.transaction().execute(async (trx) => {
    const tenant = await trx.selectFrom("tenant_domains").select("tenant_id").where("domain", "=", domain).executeTakeFirst();
    if (tenant === undefined) return null;
    const tenantId = tenant.tenant_id;
    const { app, clientSecret } = await createApp(trx, { tenantId, name, scopes }, { random: systemRandom, now });
    const details = { clientId: app.id, name, scopes };
    await writeAuditEvents(trx, [
      { id: newId(systemRandom), at: now, tenantId, type: "app.create", outcome: "success", actor: { kind: "operator" }, details },
    ]);
    return { clientId: app.id, clientSecret };
  });
}
