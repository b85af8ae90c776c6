import type { Command } from "commander";
import { readDatabaseConfig } from "../config.ts";
import { systemClock } from "../kit/clock.ts";
import { systemRandom } from "../kit/random.ts";
import { faultsOfIssuer, type TrustedIssuer } from "../sign-in/trusted-issuer.ts";
import { Refused, WrongUsage } from "./failure.ts";
import { domainValue } from "./option-values.ts";
import { print, printFields, printJson } from "./output.process.ts";

interface Options {
  readonly domain: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly jwksUrl?: string;
  readonly claim?: string;
  readonly none?: true;
  readonly json?: true;
}

const OPTIONS: Readonly<Record<keyof TrustedIssuer, string>> = {
  issuer: "--issuer",
  audience: "--audience",
  jwksUrl: "--jwks-url",
  userClaim: "--claim",
};

/** `rekey tenants trust-issuer`: whose tokens an organisation's people may bring to their own pages. */
export function addTenantsTrustIssuer(tenants: Command): void {
  tenants
    .command("trust-issuer")
    .summary("take the tokens of an identity provider for people's own calls")
    .usage("--domain <domain> (--issuer <issuer> --audience <audience> --jwks-url <url> --claim <claim> | --none)")
    .description(
      "Has an organisation take the tokens of its identity provider for what its people may read of themselves (/v1/me). " +
        "Takes the place of the one that was trusted before. Name a claim that people cannot change themselves at the identity provider.",
    )
    .requiredOption("--domain <domain>", "a domain of the organisation")
    .option("--issuer <issuer>", "who makes the tokens: `iss`, to the letter")
    .option("--audience <audience>", "whom they are made for: one of `aud`")
    .option("--jwks-url <url>", "where its keys are: https, or http on this machine")
    .option("--claim <claim>", "the claim that holds the user principal name, or the external id")
    .option("--none", "trust nobody any more")
    .option("--json", "print one JSON document: { tenant: { id, domain }, trustedIssuer: { issuer, audience, jwksUrl, userClaim } | null }")
    .addHelpText(
      "after",
      "\nExample:\n  rekey tenants trust-issuer --domain contoso.example --issuer https://login.contoso.example --audience rekey \\\n" +
        "    --jwks-url https://login.contoso.example/keys --claim upn",
    )
    .action(trustIssuer);
}

async function trustIssuer({ domain: written, json, ...options }: Options): Promise<void> {
  const domain = domainValue("--domain", written);
  const trusted = read(options);
  const { withDatabase } = await import("./operator-database.pg.ts");
  const { keepTrustedIssuer } = await import("./tenants-trust-issuer.pg.ts");
  const kept = await withDatabase(readDatabaseConfig(), { create: false, schema: "current" }, ({ db }) =>
    keepTrustedIssuer(db, { domain, trusted }, { random: systemRandom, now: systemClock.now() }),
  );
  if (kept.outcome === "taken")
    throw new Refused(`Another tenant trusts ${trusted?.issuer} for the same audience already: give this one an audience of its own.`);
  if (kept.outcome !== "kept") throw new Refused(`No tenant has the domain ${domain}: \`rekey tenants list\` shows those there are.`);
  if (json) {
    printJson({ tenant: { id: kept.tenantId, domain }, trustedIssuer: trusted });
    return;
  }
  if (trusted === null) print(`${domain} trusts no other issuer.`);
  else {
    print(`${domain} takes the tokens of this issuer for people's own calls.`, "");
    printFields([
      ["issuer", trusted.issuer],
      ["audience", trusted.audience],
      ["keys", trusted.jwksUrl],
      ["claim", trusted.userClaim],
    ]);
  }
}

function read({ none, issuer, audience, jwksUrl, claim: userClaim }: Omit<Options, "domain" | "json">): TrustedIssuer | null {
  const given = { issuer, audience, jwksUrl, userClaim };
  const names = Object.entries(OPTIONS) as [keyof TrustedIssuer, string][];
  if (none) {
    const besides = names.find(([name]) => given[name] !== undefined);
    if (besides !== undefined) throw new WrongUsage(`--none goes without ${besides[1]}.`);
    return null;
  }
  const missing = names.filter(([name]) => given[name] === undefined).map(([, option]) => option);
  if (missing.length > 0) throw new WrongUsage(`Give ${missing.join(", ")}, or --none to trust nobody.`);
  const trusted = { issuer: issuer ?? "", audience: audience ?? "", jwksUrl: jwksUrl ?? "", userClaim: userClaim ?? "" };
  const faults = faultsOfIssuer(trusted);
  const [fault] = names.flatMap(([name, option]) => (faults[name] === undefined ? [] : `${option} ${faults[name]}`));
  if (fault !== undefined) throw new WrongUsage(fault);
  return trusted;
}
