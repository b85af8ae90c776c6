import type { Command } from "commander";
import { domainValue } from "./option-values.ts";
import { print, printJson } from "./output.process.ts";
import { JSON_OF_TENANT, operate } from "./tenant-operation.ts";

interface Options {
  readonly domain: string;
  readonly json?: true;
}

const WHOSE = ["--domain <domain>", "a domain that the organisation has"] as const;

/** `rekey tenants domains add|remove|list`: what may follow the @ in the names of an organisation's people. */
export function addTenantsDomains(tenants: Command): void {
  const domains = tenants
    .command("domains")
    .summary("add, remove and list the domains of an organisation")
    .description("Commands about the domains of an organisation: what may follow the @ in its user principal names.")
    .helpCommand(false);
  domains
    .command("add <new-domain>")
    .summary("give an organisation one more domain")
    .description("Gives an organisation one more domain. From now on names in it are answered by its policy, also those that nobody has.")
    .requiredOption(...WHOSE)
    .option("--json", JSON_OF_TENANT)
    .addHelpText("after", "\nExample:\n  rekey tenants domains add contoso.eu.example --domain contoso.example")
    .action((written: string, { domain, json }: Options) => {
      const added = domainValue("The domain", written);
      return operate(domainValue("--domain", domain), { do: "add-domain", domain: added }, json, ({ name }) => `${name} has ${added}.`);
    });
  domains
    .command("remove <old-domain>")
    .summary("take a domain from an organisation")
    .description("Takes a domain from an organisation. Refused while people have names in it, deleted ones too, and for the last one.")
    .requiredOption(...WHOSE)
    .option("--json", JSON_OF_TENANT)
    .addHelpText("after", "\nExample:\n  rekey tenants domains remove contoso.eu.example --domain contoso.example")
    .action((written: string, { domain, json }: Options) => {
      const gone = domainValue("The domain", written);
      const said = ({ name }: { name: string }) => `${name} no longer has ${gone}.`;
      return operate(domainValue("--domain", domain), { do: "remove-domain", domain: gone }, json, said);
    });
  domains
    .command("list")
    .summary("list the domains of an organisation")
    .description("Lists the domains of an organisation, one a line.")
    .requiredOption(...WHOSE)
    .option("--json", "print one JSON document: { items: [domain], nextCursor }")
    .addHelpText("after", "\nExample:\n  rekey tenants domains list --domain contoso.example")
    .action(list);
}

async function list({ domain, json }: Options): Promise<void> {
  const { readTenantOf } = await import("./tenant-of.pg.ts");
  const { domains } = await readTenantOf(domainValue("--domain", domain));
  if (json) printJson({ items: domains, nextCursor: null });
  else print(...domains);
}
