import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Command, Option } from "commander";
import { callersFolder, readClientConfig } from "../config.ts";
import { type FailedRowsFile, openFailedRows } from "./failed-rows.file.ts";
import { EXIT, Refused, WrongUsage, wordsOf } from "./failure.ts";
import { FORMATS, type Format, openSource, type Source } from "./import-file.file.ts";
import { type FailedRows, hasFailed, type ImportJob, isOver, readFailedRows, readJob, rowsDone } from "./import-job.ts";
import { showProgress } from "./import-progress.process.ts";
import { reportImport } from "./import-report.process.ts";
import { complain } from "./output.process.ts";
import { type Api, createApi, notRekey } from "./rest.client.ts";

interface Options {
  readonly format?: Format;
  readonly errors?: string;
  readonly json?: true;
}

const NONE: FailedRows = { items: [], nextCursor: null };
const SHOWN = 50;
const PAGE = 500;
const POLL_MS = 500;

/** `rekey users import`: the CSV of Microsoft Entra's "Download users", or NDJSON. */
export function addUsersImport(users: Command): void {
  users
    .command("import")
    .summary("import people from CSV or NDJSON")
    .description(
      'Sends a file to the service, which creates and updates the people in it: the CSV of Microsoft Entra\'s "Download users", ' +
        "or one JSON object a line. Good rows go in, bad ones are listed with line, field and reason. The same file twice changes nothing. " +
        "The application needs the scopes users:write and methods:write, groups:write for groups, and users:read to show what failed.",
    )
    .argument("<file>", "a .csv or .ndjson file, or - for standard input")
    .addOption(new Option("--format <format>", "what the file holds, whatever its name").choices(FORMATS))
    .option("--errors <file>", "write every failed row to this CSV file")
    .option("--json", "print one JSON document: the job, and its first failures")
    .addHelpText(
      "after",
      "\nExit code 0: every row went in; 1: a row or the import failed; 2: wrong usage.\n\nExample:\n  rekey users import users.csv --errors failed.csv",
    )
    .action(importUsers);
}

async function importUsers(file: string, { format, errors, json }: Options): Promise<void> {
  const config = readClientConfig();
  const folder = callersFolder();
  const path = file === "-" ? file : resolve(folder, file);
  const source = await openSource(path, format);
  const errorsPath = errors === undefined ? null : resolve(folder, errors);
  if (errorsPath !== null && (await same(path, errorsPath))) throw new WrongUsage("--errors names the file that is to be imported.");
  await using report = errorsPath === null ? null : await openFailedRows(errorsPath);
  const api = createApi(config);
  const began = performance.now();
  const job = await send(api, source, config.url);
  const seconds = (performance.now() - began) / 1000;
  if (hasFailed(job)) process.exitCode = EXIT.failed;
  const failures = job.failed === 0 ? NONE : await readFailures(api, job, report, config.url);
  reportImport({ job, name: source.name, seconds, failures, errorsFile: errorsPath && basename(errorsPath), json: json === true });
}

/** The first failures; all of them go into the file. What is imported is told in any case: an application may write and not read. */
async function readFailures(api: Api, job: ImportJob, report: FailedRowsFile | null, url: string): Promise<FailedRows> {
  try {
    if (report !== null) for await (const page of everyFailedRow(api, job, url)) await report.append(page.items);
    return await failedRows(api, job, SHOWN, null, url);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    complain(`The failed rows cannot be read. ${wordsOf(error)}`);
    return NONE;
  }
}

/** Both may be there under two names, by a link too. */
async function same(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([path, other].map((name) => stat(name).catch(() => null)));
  return one != null && two != null && one.ino === two.ino && one.dev === two.dev;
}

/** Streams the file, and waits until the service is through with it. */
async function send(api: Api, source: Source, url: string): Promise<ImportJob> {
  const progress = showProgress(source.name, source.size);
  async function* counted(): AsyncIterable<Uint8Array> {
    for await (const chunk of source.chunks()) {
      yield chunk;
      // Asked for the next one, so this one is on its way.
      progress.sent(chunk.length);
    }
    progress.waiting();
  }
  try {
    const broken = "Part of it may be in; send it again, what is in stays as it is.";
    let job = readJob(await api.upload("/v1/users/import", source.contentType, counted(), broken));
    while (job !== null && !isOver(job)) {
      progress.rows(rowsDone(job));
      await pause(POLL_MS);
      job = readJob(await api.get(`/v1/import-jobs/${encodeURIComponent(job.id)}`));
    }
    if (job === null) throw notRekey(url);
    return job;
  } finally {
    progress.end();
  }
}

async function failedRows(api: Api, job: ImportJob, limit: number, cursor: string | null, url: string): Promise<FailedRows> {
  const query = { outcome: "failed", limit: String(limit), cursor: cursor ?? undefined };
  const page = readFailedRows(await api.get(`/v1/import-jobs/${encodeURIComponent(job.id)}/rows`, query));
  if (page === null) throw notRekey(url);
  return page;
}

/** Page by page, so that a long list takes no more memory than a short one. */
async function* everyFailedRow(api: Api, job: ImportJob, url: string): AsyncIterable<FailedRows> {
  let cursor: string | null = null;
  do {
    const page: FailedRows = await failedRows(api, job, PAGE, cursor, url);
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
