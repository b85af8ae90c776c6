import { styleText } from "node:util";
import { Command, CommanderError } from "commander";
import { VERSION } from "../http/version.ts";
import { addAppsCreate } from "./apps-create.pg.ts";
import { EXIT, exitCodeOf, wordsOf } from "./failure.ts";
import { addKeysRotate } from "./keys-rotate.pg.ts";
import { addMigrate } from "./migrate.pg.ts";
import { complain } from "./output.process.ts";
import { addServe } from "./serve.ts";
import { addTenantsCreate } from "./tenants-create.ts";
import { addTenantsList } from "./tenants-list.pg.ts";
import { addTenantsTrustIssuer } from "./tenants-trust-issuer.ts";
import { addUsersImport } from "./users-import.client.ts";
import { addUsersList } from "./users-list.client.ts";
import { addUsersSet } from "./users-set.client.ts";
import { addWorker } from "./worker.ts";

// The command line, `npm run -s rekey -- …` (contract, section 8): wires the commands, and turns how they end into an exit code.

const program = new Command("rekey")
  .description("The command line of Rekey, self-service password reset.")
  .version(VERSION, "-V, --version", "print the version")
  .helpOption("-h, --help", "show help")
  .showHelpAfterError("Add --help to see how it is used.")
  .configureOutput({ outputError: (text) => complain(text.replace(/^error: /, "").trimEnd()) })
  .configureHelp({ styleTitle: (text) => styleText("bold", text, { validateStream: false }) })
  .exitOverride()
  .addHelpText(
    "after",
    `
tenants, apps, keys and migrate work on the database: DATABASE_URL, or the embedded one in DATA_DIR, with or without a running service.
users speak to a running service at REKEY_URL, as the application REKEY_CLIENT_ID with REKEY_CLIENT_SECRET.
Exit code 0: done; 1: refused or failed; 2: wrong usage.

Example, from nothing to an organisation with its people:
  rekey tenants create --domain contoso.example --name Contoso --admin ylva.bjork@contoso.example
  rekey apps create --tenant contoso.example --name Import --scope "users:read users:write methods:write"
  REKEY_CLIENT_ID=… REKEY_CLIENT_SECRET=… rekey users import users.csv`,
  );

program.commandsGroup("Run it:");
addServe(program);
addWorker(program);
addMigrate(program);
program.commandsGroup("Organisations and applications:");
const tenants = groupOf("tenants", "make and list organisations");
addTenantsCreate(tenants);
addTenantsList(tenants);
addTenantsTrustIssuer(tenants);
addAppsCreate(groupOf("apps", "make applications that may call the API"));
addKeysRotate(groupOf("keys", "change the keys that the service works with"));
program.commandsGroup("People:");
const users = groupOf("users", "import, list and change the people of an organisation");
addUsersImport(users);
addUsersList(users);
addUsersSet(users);
program.commandsGroup("Help:");
program.helpCommand("help [command]", "show help for a command, with an example");

// Whoever reads our output may stop reading: `rekey users list | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.failed));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.wrongUsage;
  else {
    complain(wordsOf(error));
    process.exitCode = exitCodeOf(error);
  }
}

/** A command that only holds others. */
function groupOf(name: string, summary: string): Command {
  return program.command(name).summary(summary).description(`Commands to ${summary}.`).helpCommand(false);
}
