import { type Command, Option } from "commander";
import { readDatabaseConfig } from "../config.ts";
import { systemClock } from "../kit/clock.ts";
import { systemRandom } from "../kit/random.ts";
import { PLANS, type Plan } from "../policy/entitlements.ts";
import { parseUserPrincipalName, type UserPrincipalName } from "../users/user-principal-name.ts";
import { Refused, WrongUsage } from "./failure.ts";
import { domainValue, nameValue } from "./option-values.ts";
import { emphasised, print, printFields, printJson } from "./output.process.ts";
import { shownTime } from "./printable.ts";

interface Options {
  readonly domain: string;
  readonly name: string;
  readonly admin: string;
  readonly plan: Plan;
  readonly json?: true;
}

/** `rekey tenants create`: an organisation and its first administrator. */
export function addTenantsCreate(tenants: Command): void {
  tenants
    .command("create")
    .summary("make an organisation and its first administrator")
    .usage("--domain <domain> --name <name> --admin <name@domain> [options]")
    .description(
      "Makes an organisation on the default policy (self-service for all of its people) with a Global Administrator, " +
        "whose temporary password is shown once: it must be changed at the first sign-in, within a day.",
    )
    .requiredOption("--domain <domain>", "what follows the @ in its user principal names")
    .requiredOption("--name <name>", "what it is called, for people to read")
    .requiredOption("--admin <name@domain>", "the user principal name of its first administrator, in that domain")
    .addOption(new Option("--plan <plan>", "what it pays for").choices(PLANS).default("business"))
    .option("--json", "print one JSON document: { tenant: { id, domain }, admin: { id, userPrincipalName, temporaryPassword } }")
    .addHelpText("after", "\nExample:\n  rekey tenants create --domain contoso.example --name Contoso --admin ylva.bjork@contoso.example")
    .action(createTenants);
}

async function createTenants({ plan, json, ...written }: Options): Promise<void> {
  const { domain, name, admin } = read(written);
  const { withDatabase } = await import("./operator-database.pg.ts");
  const { foundTenant } = await import("./found-tenant.pg.ts");
  const founded = await withDatabase(readDatabaseConfig(), { create: true, schema: "current" }, ({ db }) =>
    foundTenant(db, { tenant: { name, domain, plan }, admin }, { random: systemRandom, now: systemClock.now() }),
  );
  const { userPrincipalName } = admin;
  if (founded.outcome !== "founded") {
    const taken = founded.outcome === "domain-taken" ? `The domain ${domain}` : `The user principal name ${userPrincipalName}`;
    throw new Refused(`${taken} is taken already; nothing was made.`);
  }
  const { tenantId, adminId, temporaryPassword, expiresAt } = founded;
  if (json) {
    printJson({ tenant: { id: tenantId, domain }, admin: { id: adminId, userPrincipalName, temporaryPassword } });
    return;
  }
  print(`${emphasised(name)} is ready.`, "");
  printFields([
    ["tenant id", tenantId],
    ["domain", domain],
    ["plan", plan],
    ["administrator", userPrincipalName],
    ["temporary password", temporaryPassword],
  ]);
  const until = expiresAt === null ? "" : ` It is good until ${shownTime(expiresAt.getTime())}.`;
  print("", `The password is shown this once, and must be changed at the first sign-in.${until}`);
}

function read(written: Pick<Options, "domain" | "name" | "admin">): { domain: string; name: string; admin: UserPrincipalName } {
  const domain = domainValue("--domain", written.domain);
  const name = nameValue("--name", written.name);
  const admin = parseUserPrincipalName(written.admin);
  if (!admin.ok) throw new WrongUsage(`--admin ${written.admin} is not a user principal name, such as ylva.bjork@${domain}.`);
  if (admin.domain !== domain) throw new WrongUsage(`--admin ${written.admin} is not in the domain ${domain}.`);
  return { domain, name, admin };
}
