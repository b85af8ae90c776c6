import type { Command } from "commander";
import { domainValue, nameValue } from "./option-values.ts";
import { JSON_OF_TENANT, operate } from "./tenant-operation.ts";

/** `rekey tenants rename`: what people read an organisation is called. */
export function addTenantsRename(tenants: Command): void {
  tenants
    .command("rename")
    .summary("call an organisation something else")
    .description(
      "Changes the name of an organisation: people read it in messages, and on the pages where the organisation has a look of its own.",
    )
    .requiredOption("--domain <domain>", "a domain of the organisation")
    .requiredOption("--name <name>", "what it is called from now on")
    .option("--json", JSON_OF_TENANT)
    .addHelpText("after", '\nExample:\n  rekey tenants rename --domain contoso.example --name "Contoso Group"')
    .action(({ domain, name: written, json }: { domain: string; name: string; json?: true }) => {
      const name = nameValue("--name", written);
      return operate(domainValue("--domain", domain), { do: "change", changes: { name } }, json, () => `It is called ${name} now.`);
    });
}
