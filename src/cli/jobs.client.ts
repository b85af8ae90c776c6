import { type Command, Option } from "commander";
import { apiCommand, openApi, readList, shown, shownAt } from "./api-command.client.ts";
import { note, print, printJson, printTable } from "./output.process.ts";
import { followJob, JOB_PATHS, type JobKind, jobPath, type PasswordJob, readJob } from "./password-job.client.ts";
import { noteFailures, reportJob } from "./password-job-report.process.ts";
import { type Api, RefusedByApi } from "./rest.client.ts";
import { makeResultFile } from "./result-file.file.ts";
import { takeResults } from "./users-reset-many.client.ts";

const ID = "the id of the job";
const NEEDS = "the scope resets:write";

/** `rekey jobs`: resets in bulk and forced changes, while they run and afterwards. */
export function addJobs(jobs: Command): void {
  apiCommand(jobs, "list", {
    summary: "list resets in bulk and forced changes, newest first",
    description: "Lists the jobs of the organisation.",
    needs: NEEDS,
    json: "one JSON document: { items, nextCursor }, as the API answers",
    examples: ["rekey jobs list", "rekey jobs list --kind change"],
  })
    .addOption(new Option("--kind <kind>", "which").choices(["reset", "change"]).default("reset"))
    .action(listJobs);
  apiCommand(jobs, "watch", {
    summary: "wait for a job, and show how far it is",
    description: "Waits until the job is over. Whoever stops waiting stops nothing.",
    needs: NEEDS,
    examples: ["rekey jobs watch 7f9c24e8-3b12-4fef-91d0-aaf27cb4ad5e"],
  })
    .argument("<job>", ID)
    .action(watchJob);
  apiCommand(jobs, "cancel", {
    summary: "stop a job; who was done stays done",
    description: "Stops a job between two people.",
    needs: NEEDS,
    examples: ["rekey jobs cancel 7f9c24e8-3b12-4fef-91d0-aaf27cb4ad5e"],
  })
    .argument("<job>", ID)
    .action(cancelJob);
  apiCommand(jobs, "results", {
    summary: "take the results of a reset in bulk, once",
    description:
      "Writes what became of each person, with the passwords that were made, into a new file, and has the service forget the passwords once they are safe there. " +
      "Only the application that asked for the job can.",
    needs: NEEDS,
    json: "the job, with `out`",
    examples: ["rekey jobs results 7f9c24e8-3b12-4fef-91d0-aaf27cb4ad5e --out passwords.csv"],
  })
    .argument("<job>", ID)
    .requiredOption("--out <file>", "a new CSV file, for your eyes alone")
    .action(fetchResults);
}

async function listJobs({ kind, json }: { kind: JobKind; json?: true }): Promise<void> {
  const listed = await readList(openApi(), JOB_PATHS[kind], {}, 50);
  if (json) printJson(listed);
  else if (listed.items.length === 0) note("There are none.");
  else
    printTable(
      [
        { title: "STARTED" },
        { title: "STATE" },
        { title: "TOTAL", align: "right" },
        { title: "DONE", align: "right" },
        { title: "FAILED", align: "right" },
        { title: "SKIPPED", align: "right" },
        { title: "ID" },
      ],
      listed.items.map((job) => [
        shownAt(job.createdAt),
        ...["state", "total", "done", "failed", "skipped", "id"].map((name) => shown(job[name])),
      ]),
    );
}

async function watchJob(id: string, { json }: { json?: true }): Promise<void> {
  const api = openApi();
  const { kind, job } = await findJob(api, id);
  const over = await followJob(api, kind, job);
  noteFailures(over);
  if (json) printJson(over);
  else reportJob(over, `The job is ${over.state}.`);
}

async function cancelJob(id: string, { json }: { json?: true }): Promise<void> {
  const api = openApi();
  const { kind } = await findJob(api, id);
  const { document } = await api.call("POST", `${jobPath(kind, id)}/cancel`);
  if (json) printJson(document);
  else {
    const job = readJob(api, document);
    reportJob(job, job.state === "done" ? "The job was over before." : "The job is stopped.");
  }
}

async function fetchResults(id: string, { out, json }: { out: string; json?: true }): Promise<void> {
  const api = openApi();
  const job = readJob(api, await api.get(jobPath("reset", id)));
  const file = await makeResultFile("--out", out);
  const over = await followJob(api, "reset", job);
  await takeResults(api, over, file);
  if (json) printJson({ ...over, out: file.path });
  else print(`The results are in ${file.path}, which only you can read; the service has forgotten the passwords.`);
}

/** Which of the two it is, only the service knows. */
async function findJob(api: Api, id: string): Promise<{ kind: JobKind; job: PasswordJob }> {
  try {
    return { kind: "reset", job: readJob(api, await api.get(jobPath("reset", id))) };
  } catch (error) {
    if (!(error instanceof RefusedByApi) || error.status !== 404) throw error;
    return { kind: "change", job: readJob(api, await api.get(jobPath("change", id))) };
  }
}
