import type { Command } from "commander";
import { domainValue } from "./option-values.ts";
import { JSON_OF_TENANT, operate } from "./tenant-operation.ts";

interface Options {
  readonly domain: string;
  readonly json?: true;
}

/** `rekey tenants suspend|resume`: shut an organisation out, and let it in again. */
export function addTenantsSuspend(tenants: Command): void {
  tenants
    .command("suspend")
    .summary("shut an organisation out, at once")
    .description(
      "Shuts an organisation out with its next request: signing in, tokens of people and of applications, resets, links and jobs. " +
        "Everybody is answered as somebody who does not exist. Nothing is deleted, and `rekey tenants resume` lets it in again.",
    )
    .requiredOption("--domain <domain>", "a domain of the organisation")
    .option("--json", JSON_OF_TENANT)
    .addHelpText("after", "\nExample:\n  rekey tenants suspend --domain contoso.example")
    .action(({ domain, json }: Options) =>
      operate(domainValue("--domain", domain), { do: "suspend" }, json, ({ name }) => `${name} is shut out.`),
    );
  tenants
    .command("resume")
    .summary("let a suspended organisation in again")
    .description("Lets a suspended organisation in again: as it was, with the sessions that have not ended by their age.")
    .requiredOption("--domain <domain>", "a domain of the organisation")
    .option("--json", JSON_OF_TENANT)
    .addHelpText("after", "\nExample:\n  rekey tenants resume --domain contoso.example")
    .action(({ domain, json }: Options) =>
      operate(domainValue("--domain", domain), { do: "resume" }, json, ({ name }) => `${name} is open again.`),
    );
}
