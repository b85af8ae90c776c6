import { resolve } from "node:path";
import { callersFolder } from "../config.ts";
import { newId, systemRandom } from "../kit/random.ts";
import { fieldsOf, openApi } from "./api-command.client.ts";
import { confirm } from "./confirm.process.ts";
import { WrongUsage } from "./failure.ts";
import { openSource } from "./import-file.file.ts";
import { note, print, printJson } from "./output.process.ts";
import { followJob, JOB_PATHS, jobPath, type PasswordJob, readJob } from "./password-job.client.ts";
import { noteFailures, reportJob } from "./password-job-report.process.ts";
import { grouped } from "./printable.ts";
import type { Api } from "./rest.client.ts";
import { makeResultFile, type ResultFile } from "./result-file.file.ts";
import type { ResetOptions } from "./users-reset.client.ts";

const MAYBE_TAKEN =
  "Look whether the job was begun (`rekey jobs list`, `rekey approvals list`) before you send it again: everybody would be reset once more.";

/** Starts a job, waits for it, takes its results to a safe place, and only then has the service forget them. */
export async function resetMany(options: ResetOptions): Promise<void> {
  const { out, json } = options;
  if (options.passwordStdin || options.hours !== undefined)
    throw new WrongUsage("--password-stdin and --hours are for one person. A CSV file may carry a password for each.");
  if (options.link && options.keep) throw new WrongUsage("--link goes without --keep.");
  if (out === undefined && !options.link) throw new WrongUsage("--out FILE says where the passwords go: a new file.");
  const api = openApi();
  await confirmMany(options);
  const file = out === undefined ? null : await makeResultFile("--out", out);
  const job = await start(api, options).catch(async (error: unknown) => {
    await file?.discard();
    throw error;
  });
  if (typeof job === "string") {
    await file?.discard();
    if (json) printJson({ approvalId: job });
    else print(`Nothing is done yet: a second administrator has to approve it within an hour (\`rekey approvals show ${job}\`).`);
    return;
  }
  note(
    `The job is ${job.id}: should this command be stopped, \`rekey jobs watch ${job.id}\` goes on waiting, and \`rekey jobs results\` fetches.`,
  );
  const over = await followJob(api, "reset", job);
  if (file !== null) await takeResults(api, over, file);
  noteFailures(over);
  if (json) printJson({ ...over, out: file?.path ?? null });
  else report(over, file);
}

async function confirmMany({ group, all, yes }: ResetOptions): Promise<void> {
  if (all) await confirm("This resets the password of everybody, and ends their sessions.", "everybody", yes);
  else if (group !== undefined) await confirm("This resets the password of everybody in the group, and ends their sessions.", "group", yes);
}

/** @returns the job, or the id of the approval that it waits for */
async function start(api: Api, { file, group, link, keep, emailTo }: ResetOptions): Promise<PasswordJob | string> {
  // Whoever on the way sends it a second time resets nobody twice.
  const headers = { "idempotency-key": newId(systemRandom) };
  const mode = link ? "link" : "temporaryPassword";
  if (file !== undefined) {
    const source = await openSource(file === "-" ? file : resolve(callersFolder(), file), "csv");
    const query = new URLSearchParams({ mode, mustChange: String(!keep), ...(emailTo === undefined ? {} : { emailTo }) });
    return readJob(api, await api.upload(`${JOB_PATHS.reset}?${query}`, "text/csv", source.chunks(), MAYBE_TAKEN, headers));
  }
  const body = {
    users: group === undefined ? "all" : { group },
    mode,
    mustChange: !keep,
    ...(emailTo === undefined ? {} : { emailTo }),
  };
  const { document } = await api.call("POST", JOB_PATHS.reset, { body, headers, broken: MAYBE_TAKEN });
  const { approvalId } = fieldsOf(api, document);
  return typeof approvalId === "string" ? approvalId : readJob(api, document);
}

/** Acknowledged only when the file is on the disk: until then the service is the one place where the passwords are. */
export async function takeResults(api: Api, job: PasswordJob, file: ResultFile): Promise<void> {
  const results = await api.download(`${jobPath("reset", job.id)}/results`, "text/csv").catch(async (error: unknown) => {
    await file.discard();
    throw error;
  });
  await file.fill(results);
  await api.call("POST", `${jobPath("reset", job.id)}/results/acknowledge`);
}

function report(job: PasswordJob, file: ResultFile | null): void {
  const people = `${grouped(job.done)} of ${grouped(job.total)} people`;
  reportJob(job, job.state === "done" ? `The passwords of ${people} are reset.` : `The job was cancelled: ${people} were reset.`);
  if (file === null) print("", "Each of them gets a mail with a link to set a new password.");
  else
    print(
      "",
      `What became of each is in ${file.path}, which only you can read; the service has forgotten the passwords.`,
      "Tell each person theirs in a way that you trust, and then delete the file.",
    );
}
