import { readDatabaseConfig } from "../config.ts";
import { systemClock } from "../kit/clock.ts";
import { systemRandom } from "../kit/random.ts";
import type { Operation } from "../tenants/operate-tenant.pg.ts";
import type { TenantView } from "../tenants/tenant-view.ts";
import { Refused } from "./failure.ts";
import { print, printFields, printJson } from "./output.process.ts";

/** What every command about one organisation has in common. */
export const JSON_OF_TENANT = "print one JSON document: { tenant: { id, name, domains, plan, branding, suspended } }";

/**
 * Does one thing to the organisation that has a domain, and tells how it is now.
 * @param said what became true, for a person
 * @throws Refused
 */
export async function operate(
  domain: string,
  operation: Operation,
  json: true | undefined,
  said: (tenant: TenantView) => string,
): Promise<void> {
  const { withDatabase } = await import("./operator-database.pg.ts");
  const { operateTenant } = await import("../tenants/operate-tenant.pg.ts");
  const done = await withDatabase(readDatabaseConfig(), { create: false, schema: "current" }, ({ db }) =>
    operateTenant(db, domain, operation, { random: systemRandom, now: systemClock.now() }),
  );
  const other = "domain" in operation ? operation.domain : domain;
  switch (done.outcome) {
    case "done":
      return json ? printJson({ tenant: done.tenant }) : show(said(done.tenant), done.tenant);
    case "unknown":
      throw new Refused(`No tenant has the domain ${domain}.`);
    case "taken":
      throw new Refused(`The domain ${other} belongs to another tenant.`);
    case "not-its-own":
      throw new Refused(`The domain ${other} is none of this tenant's.`);
    case "last-domain":
      throw new Refused(`The domain ${other} is the only one of this tenant, and stays.`);
    case "in-use":
      throw new Refused(
        `The domain ${other} stays: ${done.people} ${done.people === 1 ? "person has a name" : "people have names"} in it.`,
      );
  }
}

function show(sentence: string, { id, name, domains, plan, branding, suspended }: TenantView): void {
  print(sentence, "");
  printFields([
    ["tenant id", id],
    ["name", name],
    ["domains", domains.join(", ")],
    ["plan", plan],
    ["accent colour", branding.accentColor ?? "Rekey's"],
    ["logo", branding.logo === null ? "none" : "yes"],
    ["state", suspended ? "suspended" : "open"],
  ]);
}
