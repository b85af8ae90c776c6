import type { Command } from "commander";
import { readClientConfig } from "../config.ts";
import { positiveInteger } from "./option-values.ts";
import { faint, note, print, printJson, printTable } from "./output.process.ts";
import { type Api, createApi, notRekey } from "./rest.client.ts";

interface Options {
  readonly search?: string;
  readonly limit: number;
  readonly all?: true;
  readonly deleted?: true;
  readonly json?: true;
}

/** What the table shows of a person (contract, section 6); `--json` passes on all there is. */
interface ListedUser {
  readonly userPrincipalName: string;
  readonly displayName?: string | null;
  readonly enabled?: boolean;
  readonly licensed?: boolean;
  readonly roles?: readonly string[];
  readonly securityInfo?: { readonly registered?: boolean; readonly methods?: readonly unknown[] };
}

interface Listed {
  readonly items: readonly ListedUser[];
  readonly nextCursor: string | null;
}

const SHOWN = 50;
/** The API's largest page. */
const PAGE = 500;

/** `rekey users list`: people of the application's organisation. */
export function addUsersList(users: Command): void {
  users
    .command("list")
    .summary("list people")
    .description("Lists people of the application's organisation, by user principal name. The application needs the scope users:read.")
    .option("--search <text>", "only people whose user name, display name, given name or surname begins so")
    .option("--limit <count>", "how many at most", positiveInteger, SHOWN)
    .option("--all", "all of them, whatever --limit says")
    .option("--deleted", "those who were removed and can be restored, instead")
    .option("--json", "print one JSON document: { items, nextCursor }, as the API answers")
    .addHelpText("after", "\nExample:\n  rekey users list --search lindqvist")
    .action(listUsers);
}

async function listUsers({ search, limit, all, deleted, json }: Options): Promise<void> {
  const config = readClientConfig();
  const listed = await read(
    createApi(config),
    { search, deleted: deleted ? "true" : undefined },
    all ? Number.POSITIVE_INFINITY : limit,
    config.url,
  );
  if (json) printJson(listed);
  else if (listed.items.length === 0) note("Nobody was found.");
  else {
    printTable(
      [{ title: "USER PRINCIPAL NAME" }, { title: "NAME" }, { title: "STATE" }, { title: "SECURITY INFO" }, { title: "ROLES" }],
      listed.items.map((user) => [
        user.userPrincipalName,
        user.displayName ?? "",
        stateOf(user),
        registrationOf(user),
        (user.roles ?? []).join(", "),
      ]),
    );
    if (listed.nextCursor !== null) print("", faint(`The first ${listed.items.length} are shown. \`--all\` shows everybody.`));
  }
}

function stateOf({ enabled, licensed }: ListedUser): string {
  return [enabled === false ? "disabled" : "", licensed === false ? "unlicensed" : ""].filter(Boolean).join(", ") || "enabled";
}

/** Less than the policy asks for is not enough to reset a password with. */
function registrationOf({ securityInfo }: ListedUser): string {
  if (securityInfo?.registered) return "registered";
  return (securityInfo?.methods ?? []).length > 0 ? "too little" : "none";
}

async function read(api: Api, filter: Readonly<Record<string, string | undefined>>, limit: number, url: string): Promise<Listed> {
  const items: ListedUser[] = [];
  let nextCursor: string | null = null;
  do {
    const query = { ...filter, limit: String(Math.min(PAGE, limit - items.length)), cursor: nextCursor ?? undefined };
    const page = (await api.get("/v1/users", query)) as Partial<Listed>;
    if (!Array.isArray(page.items)) throw notRekey(url);
    items.push(...page.items);
    nextCursor = page.nextCursor ?? null;
  } while (nextCursor !== null && items.length < limit);
  return { items, nextCursor };
}
