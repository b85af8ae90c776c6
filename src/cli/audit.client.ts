import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import { apiCommand, fieldsOf, openApi, readList, shown, shownAt } from "./api-command.client.ts";
import { EXIT } from "./failure.ts";
import { positiveInteger } from "./option-values.ts";
import { note, print, printJson, printTable } from "./output.process.ts";
import { makeResultFile } from "./result-file.file.ts";

interface Filters {
  readonly from?: string;
  readonly to?: string;
  readonly user?: string;
  readonly actor?: string;
  readonly type?: string;
  readonly outcome?: string;
  readonly flow?: string;
}

const TYPES = { ndjson: "application/x-ndjson", csv: "text/csv" } as const;

/** `rekey audit list`, `export`, `verify`: what happened. */
export function addAudit(audit: Command): void {
  const list = apiCommand(audit, "list", {
    summary: "list what happened, newest first",
    description: "Lists events of the audit log; docs/audit.md explains their types.",
    needs: "the scope audit:read",
    json: "one JSON document: { items, nextCursor }, as the API answers",
    examples: ["rekey audit list --user henrik.dahl@contoso.example", "rekey audit list --type policy.change --limit 5"],
  });
  filtered(list).option("--limit <count>", "how many at most", positiveInteger, 50).action(listEvents);
  const exporting = apiCommand(audit, "export", {
    summary: "take the audit log away as a file, oldest first",
    description: "Streams events as NDJSON or CSV to standard output, or into a new file. Exporting is on the record itself.",
    needs: "the scope audit:read",
    json: "NDJSON: one JSON object a line, as without it",
    examples: ["rekey audit export --from 2026-01-01T00:00:00Z --out january.ndjson", "rekey audit export --format csv > audit.csv"],
  });
  filtered(exporting)
    .addOption(
      new Option("--format <format>", "how it is written; otherwise as the name of the file ends, or ndjson").choices(["ndjson", "csv"]),
    )
    .option("--out <file>", "a new file, for your eyes alone, instead of standard output")
    .action(exportEvents);
  apiCommand(audit, "verify", {
    summary: "check that the audit log is as it was written",
    description:
      "Has the service recompute the seals of the log: an event that was changed, added or taken away is named. Note the head elsewhere; " +
      "with --expect a later check finds out whether the end of the log was cut off. Exit code 1 when something is wrong.",
    needs: "the scope audit:read",
    examples: ["rekey audit verify", "rekey audit verify --expect 1234:5f2a…"],
  })
    .option("--from <batch>", "from this batch or time on")
    .option("--to <batch>", "up to this batch or time")
    .option("--expect <head>", "number:hash of a head that was noted earlier")
    .action(verifyLog);
}

function filtered(command: Command): Command {
  return command
    .option("--from <time>", "from then on, such as 2026-01-01T00:00:00Z")
    .option("--to <time>", "before then")
    .option("--user <user>", "about this person: a user principal name, or an id")
    .option("--actor <actor>", "by this person or application")
    .option("--type <type>", "of this type")
    .addOption(new Option("--outcome <outcome>", "that ended so").choices(["success", "failure", "blocked"]))
    .option("--flow <id>", "all of one reset, from the first click on");
}

function queryOf({ from, to, user, actor, type, outcome, flow }: Filters) {
  return { from, to, user, actor, type, outcome, flow };
}

async function listEvents({ limit, json, ...filters }: Filters & { limit: number; json?: true }): Promise<void> {
  const api = openApi();
  const listed = await readList(api, "/v1/audit-events", queryOf(filters), limit);
  if (json) printJson(listed);
  else if (listed.items.length === 0) note("Nothing of the kind is on the record.");
  else
    printTable(
      [{ title: "TIME" }, { title: "TYPE" }, { title: "OUTCOME" }, { title: "BY" }, { title: "ABOUT" }],
      listed.items.map(({ at, type, outcome, reason, actor, user }) => {
        const by = fieldsOf(api, actor);
        const about = user === undefined ? {} : fieldsOf(api, user);
        const ended = reason === undefined ? shown(outcome) : `${shown(outcome)} (${shown(reason)})`;
        return [shownAt(at), shown(type), ended, shown(by.name ?? by.id ?? by.kind), shown(about.userPrincipalName ?? about.id)];
      }),
    );
}

async function exportEvents({
  out,
  format = out?.toLowerCase().endsWith(".csv") ? "csv" : "ndjson",
  json: _,
  ...filters
}: Filters & { format?: keyof typeof TYPES; out?: string; json?: true }): Promise<void> {
  const api = openApi();
  const file = out === undefined ? null : await makeResultFile("--out", out);
  const stream = await api
    .download("/v1/audit-events/export", TYPES[format], { ...queryOf(filters), format })
    .catch(async (error: unknown) => {
      await file?.discard();
      throw error;
    });
  if (file === null) await pipeline(stream, process.stdout, { end: false });
  else {
    await file.fill(stream);
    note(`The events are in ${file.path}.`);
  }
}

const IN_PARTS = "A log that takes longer is verified in parts: --from and --to.";

async function verifyLog({ json, ...query }: { from?: string; to?: string; expect?: string; json?: true }): Promise<void> {
  const api = openApi();
  const found = fieldsOf(api, await api.getSlowly("/v1/audit-events/verification", query, IN_PARTS));
  if (found.ok !== true) process.exitCode = EXIT.failed;
  if (json) {
    printJson(found);
    return;
  }
  const problems = Array.isArray(found.problems) ? found.problems.map((one: unknown) => fieldsOf(api, one)) : [];
  const looked = `${shown(found.events)} events in ${shown(found.batches)} batches`;
  print(found.ok === true ? `The audit log is as it was written: ${looked}.` : `The audit log is not as it was written (${looked}):`);
  for (const { kind, batch, eventId, detail } of problems)
    print(
      `  - ${shown(kind)}${batch === undefined ? "" : `, batch ${shown(batch)}`}${eventId === undefined ? "" : `, event ${shown(eventId)}`}: ${shown(detail)}`,
    );
  if (Number(found.unsealed) > 0) print(`${shown(found.unsealed)} events wait for their seal.`);
  if (found.head !== null && found.head !== undefined) {
    const head = fieldsOf(api, found.head);
    print("", `Note the head, outside of the service: ${shown(head.number)}:${shown(head.hash)}`);
  }
}
