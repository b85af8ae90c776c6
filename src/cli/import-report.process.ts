import { type FailedRows, type ImportJob, mistakesOf } from "./import-job.ts";
import { emphasised, faint, print, printFields, printJson, printTable } from "./output.process.ts";
import { grouped, printable } from "./printable.ts";

export interface ImportReport {
  readonly job: ImportJob;
  /** Of the file, for people. */
  readonly name: string;
  readonly seconds: number;
  /** The first of them. */
  readonly failures: FailedRows;
  /** Where all failed rows are written, if they are. */
  readonly errorsFile: string | null;
  readonly json: boolean;
}

/** How an import ended: counts, then the rows that are not in. */
export function reportImport({ job, name, seconds, failures, errorsFile, json }: ImportReport): void {
  const more = failures.nextCursor !== null;
  if (json) {
    printJson({ ...job, failures: failures.items, moreFailures: more });
    return;
  }
  print(headline(job, name, seconds), "");
  const counts = ["total", "created", "updated", "unchanged", "failed"] as const;
  printFields(
    counts.map((count) => [count, grouped(job[count])]),
    "right",
  );
  if (failures.items.length > 0) {
    print("");
    printTable([{ title: "LINE", align: "right" }, { title: "USER" }, { title: "FIELD" }, { title: "REASON" }], mistakesOf(failures.items));
    const hint = hintOf(job, failures.items.length, more, errorsFile);
    if (hint !== "") print("", faint(hint));
  }
}

function headline({ state, total, failed, detail }: ImportJob, name: string, seconds: number): string {
  const time = seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
  if (state === "failed")
    return `${emphasised(`${name} was not imported to its end`)}: ${printable(detail ?? "the service stopped half-way.")} What the counts say is in; send the file again for the rest.`;
  if (failed === 0) return `${emphasised(`${name} is imported`)} (${time}).`;
  const outcome = emphasised(failed === total ? `Nothing of ${name} is imported` : `${name} is imported, in part`);
  return `${outcome} (${time}). ${failed === 1 ? "One row was refused: correct it" : `${grouped(failed)} rows were refused: correct them`}, and send the file again.`;
}

/** Stands last, where the eye is after a long table. */
function hintOf({ failed }: ImportJob, shown: number, more: boolean, errorsFile: string | null): string {
  if (more && errorsFile === null)
    return `${grouped(failed)} rows failed; the first ${shown} are shown. \`--errors FILE\` writes all of them to a file.`;
  if (errorsFile !== null)
    return more ? `${grouped(failed)} rows failed; the first ${shown} are shown, all are in ${errorsFile}.` : `All are in ${errorsFile}.`;
  return "";
}
