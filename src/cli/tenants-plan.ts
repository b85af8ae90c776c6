import { type Command, Option } from "commander";
import { PLANS, type Plan } from "../policy/entitlements.ts";
import { domainValue } from "./option-values.ts";
import { JSON_OF_TENANT, operate } from "./tenant-operation.ts";

/** `rekey tenants plan`: what an organisation pays for. */
export function addTenantsPlan(tenants: Command): void {
  tenants
    .command("plan")
    .summary("change what an organisation pays for")
    .description("Changes the plan of an organisation. It holds for the next request, and for resets that are running.")
    .requiredOption("--domain <domain>", "a domain of the organisation")
    .addOption(new Option("--plan <plan>", "what it pays for from now on").choices(PLANS).makeOptionMandatory())
    .option("--json", JSON_OF_TENANT)
    .addHelpText("after", "\nExample:\n  rekey tenants plan --domain contoso.example --plan premium")
    .action(({ domain, plan, json }: { domain: string; plan: Plan; json?: true }) =>
      operate(domainValue("--domain", domain), { do: "set-plan", plan }, json, ({ name }) => `${name} is on plan ${plan}.`),
    );
}
