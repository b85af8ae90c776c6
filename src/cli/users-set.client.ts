import type { Command } from "commander";
import { readClientConfig } from "../config.ts";
import { WrongUsage } from "./failure.ts";
import { print, printJson } from "./output.process.ts";
import { createApi, notRekey } from "./rest.client.ts";

interface Options {
  readonly neverExpires?: true;
  readonly expires?: true;
  readonly json?: true;
}

/** What is told of a person (contract, section 6); `--json` passes on all there is. */
interface ChangedUser {
  readonly userPrincipalName: string;
  readonly password: { readonly neverExpires: boolean; readonly expiresAt: string | null };
}

/** `rekey users set`: what administrators decide about one person's password. */
export function addUsersSet(users: Command): void {
  users
    .command("set")
    .summary("change a person")
    .description("Changes what administrators decide about one person. The application needs the scope users:write.")
    .argument("<user>", "a user principal name, or an id")
    .option("--never-expires", "the password does not expire, whatever lifetime the policy gives passwords")
    .option("--expires", "the password expires as the policy says")
    .option("--json", "print the person as one JSON document, as the API answers")
    .addHelpText("after", "\nExample:\n  rekey users set scanner@contoso.example --never-expires")
    .action(setUser);
}

async function setUser(user: string, { neverExpires, expires, json }: Options): Promise<void> {
  if (neverExpires === expires) throw new WrongUsage("Give one of --never-expires and --expires.");
  const config = readClientConfig();
  const body = { password: { neverExpires: neverExpires === true } };
  const changed = (await createApi(config).patch(`/v1/users/${encodeURIComponent(user)}`, body)) as Partial<ChangedUser>;
  if (changed.password === undefined || changed.userPrincipalName === undefined) throw notRekey(config.url);
  if (json) printJson(changed);
  else print(`${changed.userPrincipalName}: ${lifeOf(changed.password)}`);
}

function lifeOf({ neverExpires, expiresAt }: ChangedUser["password"]): string {
  if (neverExpires && expiresAt === null) return "the password never expires.";
  return expiresAt === null
    ? "the password expires as the policy says, which is never for now."
    : `the password expires on ${expiresAt.slice(0, 10)}.`;
}
