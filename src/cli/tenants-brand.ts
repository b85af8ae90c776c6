import type { Command } from "commander";
import { faultOfAccent, faultOfLogo, LOGO_BYTES } from "../tenants/branding.ts";
import type { TenantChanges } from "../tenants/tenant-view.ts";
import { Refused, reasonOf, WrongUsage } from "./failure.ts";
import { domainValue, nameValue } from "./option-values.ts";
import { JSON_OF_TENANT, operate } from "./tenant-operation.ts";

interface Options {
  readonly domain: string;
  readonly name?: string;
  /** `false`: --no-accent. */
  readonly accent?: string | false;
  readonly logo?: string | false;
  readonly json?: true;
}

/** `rekey tenants brand`: what an organisation's pages look like. */
export function addTenantsBrand(tenants: Command): void {
  tenants
    .command("brand")
    .summary("give an organisation's pages its name, colour and logo")
    .description(
      "Gives an organisation's pages its own look, where the organisation is known: after the user name was typed, or with ?tenant=<domain>. " +
        "The colour must be dark enough to be read on our pages (a contrast of 4.5:1); for dark screens it is made lighter.",
    )
    .requiredOption("--domain <domain>", "a domain of the organisation")
    .option("--name <name>", "what it is called, there and in messages")
    .option("--accent <#rrggbb>", "the colour of buttons and links")
    .option("--no-accent", "Rekey's colour again")
    .option("--logo <file.png>", "a PNG picture of 64 KB and 1024 by 1024 pixels at most")
    .option("--no-logo", "no logo any more")
    .option("--json", JSON_OF_TENANT)
    .addHelpText("after", '\nExample:\n  rekey tenants brand --domain contoso.example --name Contoso --accent "#7a1f5c" --logo contoso.png')
    .action(async ({ domain: written, json, ...options }: Options) => {
      const domain = domainValue("--domain", written);
      await operate(domain, { do: "change", changes: await read(options) }, json, ({ name }) => `${name} has this look.`);
    });
}

async function read({ name, accent, logo }: Omit<Options, "domain" | "json">): Promise<TenantChanges> {
  if (name === undefined && accent === undefined && logo === undefined)
    throw new WrongUsage("Give --name, --accent or --logo, or --no-accent or --no-logo.");
  const accentColor = accent === false ? null : accent?.toLowerCase();
  const fault = typeof accentColor === "string" ? faultOfAccent(accentColor) : null;
  if (fault !== null) throw new WrongUsage(`--accent ${accent} ${fault}.`);
  return {
    ...(name === undefined ? {} : { name: nameValue("--name", name) }),
    ...(accentColor === undefined ? {} : { accentColor }),
    ...(logo === undefined ? {} : { logo: logo === false ? null : await picture(logo) }),
  };
}

async function picture(path: string): Promise<Buffer> {
  const { readAtMost } = await import("./picture.file.ts");
  const png = await readAtMost(path, LOGO_BYTES + 1).catch((error: unknown) => {
    throw new Refused(`${path} cannot be read: ${reasonOf(error)}.`, { cause: error });
  });
  const fault = faultOfLogo(png);
  if (fault !== null) throw new WrongUsage(`--logo ${path} ${fault}.`);
  return png;
}
