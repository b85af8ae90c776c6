import { type Command, Option } from "commander";
import { apiCommand, fieldsOf, openApi, pathOf, readInput, shownAt, waits } from "./api-command.client.ts";
import { WrongUsage } from "./failure.ts";
import { print, printFields, printJson } from "./output.process.ts";
import type { Api } from "./rest.client.ts";
import { resetMany } from "./users-reset-many.client.ts";

export interface ResetOptions {
  readonly link?: true;
  readonly emailTo?: string;
  readonly passwordStdin?: true;
  readonly keep?: true;
  readonly hours?: number;
  readonly file?: string;
  readonly group?: string;
  readonly all?: true;
  readonly out?: string;
  readonly yes?: true;
  readonly json?: true;
}

/** `rekey users reset`: a new password for one person, or for many. */
export function addUsersReset(users: Command): void {
  apiCommand(users, "reset", {
    summary: "reset the password of one person, or of many",
    description:
      "Gives one person a temporary password, which is shown once and must be changed at the next sign-in; or sends a link with which the person sets one. " +
      "Sessions of the person end, and the person is told. " +
      "For many (--file, --group, --all) a job does it, and this command waits for it: the passwords come as a CSV file (--out), and each person must be told theirs. " +
      "The service forgets the passwords once they are safely in that file.",
    needs: "the scope resets:write",
    json: "{ temporaryPassword?, expiresAt } of one; the job of many, with `out`, the file of the results",
    examples: [
      "rekey users reset henrik.dahl@contoso.example",
      "rekey users reset henrik.dahl@contoso.example --link",
      'printf %s "$PASSWORD" | rekey users reset henrik.dahl@contoso.example --password-stdin',
      "rekey users reset --file people.csv --out passwords.csv",
    ],
  })
    .usage("(<user> | --file <csv> | --group <id> | --all) [options]")
    .argument("[user]", "a user principal name, or an id")
    .option("--file <csv>", "everybody in a CSV file with the column userPrincipalName, and password where it is chosen")
    .option("--group <id>", "everybody in a group, also through groups in it")
    .option("--all", "everybody whom the application reaches")
    .option("--out <file>", "where the passwords of many go: a new file, for your eyes alone")
    .option("--link", "send a one-time link instead of making a password; the old one stops working")
    .option("--email-to <address>", "send a one-time link there; with many: a mail to there when the job is over")
    .option("--password-stdin", "take the new password from standard input, without its last line break")
    .option("--keep", "the password lasts: it need not be changed at the next sign-in")
    .addOption(new Option("--hours <count>", "how long the temporary password is good; 0: for ever").argParser(hoursValue))
    .option("--yes", "do not ask before many are reset")
    .action((user: string | undefined, options: ResetOptions) => resetUsers(user, options));
}

async function resetUsers(user: string | undefined, options: ResetOptions): Promise<void> {
  const { file, group, all } = options;
  const named = [user, file, group, all].filter((whom) => whom !== undefined).length;
  if (named !== 1) throw new WrongUsage("Name one person, or give one of --file, --group and --all.");
  if (user === undefined) return resetMany(options);
  for (const [option, given] of [
    ["--out", options.out],
    ["--yes", options.yes],
  ] as const)
    if (given !== undefined) throw new WrongUsage(`${option} is for many: with one person the password is shown.`);
  if (options.link && (options.passwordStdin || options.keep)) throw new WrongUsage("--link goes without --password-stdin and --keep.");
  await resetOne(openApi(), user, options);
}

async function resetOne(api: Api, user: string, { link, emailTo, passwordStdin, keep, hours, json }: ResetOptions): Promise<void> {
  const password = passwordStdin ? (await readInput()).replace(/\r?\n$/, "") : undefined;
  if (password === "") throw new WrongUsage("--password-stdin got nothing.");
  const body = {
    ...(link ? { mode: "link" } : {}),
    ...(password === undefined ? {} : { password }),
    ...(keep ? { mustChange: false } : {}),
    ...(emailTo === undefined ? {} : { emailTo }),
    ...(hours === undefined ? {} : { lifetimeHours: hours }),
  };
  const answer = await api.call("POST", pathOf`/v1/users/${user}/password-reset`, { body });
  if (waits(api, answer, json)) return;
  const { temporaryPassword, expiresAt } = fieldsOf(api, answer.document);
  if (json) {
    printJson(answer.document);
    return;
  }
  const until = typeof expiresAt === "string" ? ` It is good until ${shownAt(expiresAt)}.` : "";
  if (typeof temporaryPassword === "string") {
    print(`The password of ${user} is reset.`, "");
    printFields([["temporary password", temporaryPassword]]);
    print(
      "",
      `It is shown this once${keep ? "." : ", and must be changed at the next sign-in."}${until} Tell it to the person in a way that you trust.`,
    );
  } else if (link) print(`A link to set a new password is on its way to ${user}.${until}`);
  else print(`The password of ${user} is the one that you gave.${keep ? "" : ` It must be changed at the next sign-in.${until}`}`);
  if (emailTo !== undefined && !link) print(`A link is on its way to ${emailTo} as well.`);
}

function hoursValue(written: string): number {
  if (!/^\d{1,4}$/.test(written) || Number(written) > 8760) throw new WrongUsage("--hours must be a whole number from 0 to 8760.");
  return Number(written);
}
