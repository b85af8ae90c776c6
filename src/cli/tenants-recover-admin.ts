import type { Command } from "commander";
import { readDatabaseConfig } from "../config.ts";
import { systemClock } from "../kit/clock.ts";
import { systemRandom } from "../kit/random.ts";
import { newTemporaryPassword } from "../passwords/temporary-password.ts";
import { parseUserPrincipalName } from "../users/user-principal-name.ts";
import { Refused, WrongUsage } from "./failure.ts";
import { domainValue } from "./option-values.ts";
import { emphasised, print, printFields, printJson, warn } from "./output.process.ts";
import { shownTime } from "./printable.ts";

interface Options {
  readonly domain: string;
  readonly admin?: string;
  readonly json?: true;
}

/** `rekey tenants recover-admin`: the way back when every administrator is locked out. */
export function addTenantsRecoverAdmin(tenants: Command): void {
  tenants
    .command("recover-admin")
    .summary("let a Global Administrator back in, when all are locked out")
    .usage("--domain <domain> [--admin <name@domain>] [options]")
    .description(
      "Brings back a Global Administrator, or makes one: enables the account, lifts its lockout and the freeze of its recovery, " +
        "and sets a temporary password for one hour, which is shown once. Registered methods stay and are still asked for; " +
        "who has too few registers them at the sign-in, and can do nothing else before. " +
        "It is on the record as done by the operator, and every administrator of the organisation is told.",
    )
    .requiredOption("--domain <domain>", "a domain of the organisation")
    .option("--admin <name@domain>", "whom; needed unless there is exactly one Global Administrator")
    .option("--json", "print one JSON document: { tenant: { id, domain }, admin: { id, userPrincipalName, temporaryPassword, expiresAt } }")
    .addHelpText("after", "\nExample:\n  rekey tenants recover-admin --domain contoso.example --admin ylva.bjork@contoso.example")
    .action(recoverAdmin);
}

async function recoverAdmin({ domain: written, admin, json }: Options): Promise<void> {
  const domain = domainValue("--domain", written);
  const name = admin === undefined ? null : parseUserPrincipalName(admin);
  if (name?.ok === false) throw new WrongUsage(`--admin ${admin} is not a user principal name, such as ylva.bjork@${domain}.`);
  const { withDatabase } = await import("./operator-database.pg.ts");
  const { recoverAdministrator } = await import("../administration/recover-administrator.pg.ts");
  const { createPasswordHasher } = await import("../passwords/password-hasher.ts");
  const temporaryPassword = newTemporaryPassword(systemRandom);
  const phc = await createPasswordHasher({ random: systemRandom, concurrency: 1 }).hash(temporaryPassword);
  const done = await withDatabase(readDatabaseConfig(), { create: false, schema: "current" }, ({ db }) =>
    recoverAdministrator(db, { domain, admin: name, phc }, { random: systemRandom, now: systemClock.now() }),
  );
  switch (done.outcome) {
    case "unknown-domain":
      throw new Refused(`No tenant has the domain ${domain}: \`rekey tenants list\` shows those there are.`);
    case "foreign-name":
      throw new Refused(`${admin} is nobody of this organisation, and the name is in none of its domains.`);
    case "taken":
      throw new Refused(`${admin} belongs to another organisation.`);
    case "in-directory":
      throw new Refused("This person's password lives in a directory: reset it there, or name another with --admin.");
    case "which":
      if (done.candidates.length === 0) throw new Refused("There is no Global Administrator: name one to make with --admin.");
      throw new Refused("There are several Global Administrators: say which with --admin.", { places: done.candidates });
    case "recovered": {
      const { tenantId, adminId, userPrincipalName, expiresAt, made } = done;
      if (done.suspended) warn(`The organisation is suspended: nobody signs in before \`rekey tenants resume --domain ${domain}\`.`);
      if (json) {
        const shown = { id: adminId, userPrincipalName, temporaryPassword, expiresAt: new Date(expiresAt).toISOString() };
        printJson({ tenant: { id: tenantId, domain }, admin: shown });
        return;
      }
      print(`${emphasised(userPrincipalName)} ${made ? "is made and" : ""} can sign in as Global Administrator.`.replace("  ", " "), "");
      printFields([["temporary password", temporaryPassword]]);
      print(
        "",
        `It is shown this once, must be changed at the first sign-in, and is good until ${shownTime(expiresAt)}.`,
        "Every administrator of the organisation is told.",
      );
    }
  }
}
