import type { Command } from "commander";
import { apiCommand, openApi, readText } from "./api-command.client.ts";
import { confirm } from "./confirm.process.ts";
import { WrongUsage } from "./failure.ts";
import { printJson } from "./output.process.ts";
import { followJob, JOB_PATHS, readJob } from "./password-job.client.ts";
import { noteFailures, reportJob } from "./password-job-report.process.ts";
import { grouped } from "./printable.ts";

interface Options {
  readonly group?: string;
  readonly file?: string;
  readonly all?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `rekey users force-change`: a new password at the next sign-in. */
export function addUsersForceChange(users: Command): void {
  apiCommand(users, "force-change", {
    summary: "have people change their passwords at the next sign-in",
    description: "Passwords stay as they are until then, and sessions live on. A job does it, and this command waits for it.",
    needs: "the scope resets:write",
    json: "the job as the API answers it",
    examples: ["rekey users force-change henrik.dahl@contoso.example signe.holm@contoso.example", "rekey users force-change --all --yes"],
  })
    .argument("[users...]", "user principal names, or ids")
    .option("--file <file>", "names from a text file, one a line; - for standard input")
    .option("--group <id>", "everybody in a group, also through groups in it")
    .option("--all", "everybody whom the application reaches")
    .option("--yes", "do not ask before many are told to")
    .action((names: string[], options: Options) => forceChange(names, options));
}

async function forceChange(names: readonly string[], { file, group, all, yes, json }: Options): Promise<void> {
  const given = [names.length > 0 ? names : undefined, file, group, all].filter((whom) => whom !== undefined).length;
  if (given !== 1) throw new WrongUsage("Name people, or give one of --file, --group and --all.");
  const api = openApi();
  const whom = all ? "all" : group !== undefined ? { group } : file === undefined ? names : linesOf(await readText(file));
  if (all || group !== undefined) await confirm("They all have to change their passwords at the next sign-in.", "change", yes);
  const started = await api.call("POST", JOB_PATHS.change, { body: { users: whom } });
  const job = await followJob(api, "change", readJob(api, started.document));
  noteFailures(job);
  if (json) printJson(job);
  else reportJob(job, `${grouped(job.done)} of ${grouped(job.total)} people change their passwords at the next sign-in.`);
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
