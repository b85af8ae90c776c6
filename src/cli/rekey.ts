import { styleText } from "node:util";
import { Command, CommanderError } from "commander";
import { VERSION } from "../http/version.ts";
import { addApprovals } from "./approvals.client.ts";
import { addAppsCreate } from "./apps-create.pg.ts";
import { addAudit } from "./audit.client.ts";
import { addCompletion } from "./completion.ts";
import { EXIT, exitCodeOf, wordsOf } from "./failure.ts";
import { addGroups } from "./groups.client.ts";
import { addHelpRequests } from "./help-requests.client.ts";
import { addJobs } from "./jobs.client.ts";
import { addKeysRotate } from "./keys-rotate.pg.ts";
import { addMethodsSet } from "./methods-set.client.ts";
import { addMigrate } from "./migrate.pg.ts";
import { complain } from "./output.process.ts";
import { addPolicy } from "./policy.client.ts";
import { addPolicyHistory } from "./policy-history.client.ts";
import { addReports } from "./reports.client.ts";
import { addRolesList } from "./roles-list.client.ts";
import { addServe } from "./serve.ts";
import { addTenantsBrand } from "./tenants-brand.ts";
import { addTenantsCreate } from "./tenants-create.ts";
import { addTenantsDomains } from "./tenants-domains.ts";
import { addTenantsList } from "./tenants-list.pg.ts";
import { addTenantsPlan } from "./tenants-plan.ts";
import { addTenantsRecoverAdmin } from "./tenants-recover-admin.ts";
import { addTenantsRename } from "./tenants-rename.ts";
import { addTenantsSuspend } from "./tenants-suspend.ts";
import { addTenantsTrustIssuer } from "./tenants-trust-issuer.ts";
import { addUsersActs } from "./users-acts.client.ts";
import { addUsersEligibility } from "./users-eligibility.client.ts";
import { addUsersForceChange } from "./users-force-change.client.ts";
import { addUsersImport } from "./users-import.client.ts";
import { addUsersList } from "./users-list.client.ts";
import { addUsersReset } from "./users-reset.client.ts";
import { addUsersSet } from "./users-set.client.ts";
import { addUsersShow } from "./users-show.client.ts";
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
All others, such as users and policy, speak to a running service at REKEY_URL, as the application REKEY_CLIENT_ID with REKEY_CLIENT_SECRET.
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
const tenants = groupOf("tenants", "make, change and list organisations");
addTenantsCreate(tenants);
addTenantsList(tenants);
addTenantsDomains(tenants);
addTenantsPlan(tenants);
addTenantsRename(tenants);
addTenantsBrand(tenants);
addTenantsSuspend(tenants);
addTenantsTrustIssuer(tenants);
addTenantsRecoverAdmin(tenants);
addAppsCreate(groupOf("apps", "make applications that may call the API"));
addKeysRotate(groupOf("keys", "change the keys that the service works with"));
program.commandsGroup("People:");
const users = groupOf("users", "import, list, reset and change the people of an organisation");
addUsersImport(users);
addUsersList(users);
addUsersShow(users);
addUsersSet(users);
addUsersReset(users);
addUsersForceChange(users);
addUsersActs(users);
addUsersEligibility(users);
addMethodsSet(groupOf("methods", "fill in people's contact data"));
addGroups(groupOf("groups", "make groups, by which the policy's scope is drawn, and fill them"));
addRolesList(groupOf("roles", "look up who may reset whom"));
addHelpRequests(groupOf("help-requests", "see who asked an administrator for help"));
program.commandsGroup("Rules and records:");
const policy = groupOf("policy", "show, try out and change who may reset, and with what proof");
addPolicy(policy);
addPolicyHistory(policy);
addApprovals(groupOf("approvals", "see what waits for a second administrator"));
addJobs(groupOf("jobs", "follow resets in bulk, and fetch their results"));
addAudit(groupOf("audit", "read, take away and verify what happened"));
addReports(groupOf("reports", "count who can reset, and what became of resets"));
program.commandsGroup("Help:");
addCompletion(program);
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
