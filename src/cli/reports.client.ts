import type { Command } from "commander";
import { apiCommand, fieldsOf, openApi, shown, shownAt } from "./api-command.client.ts";
import { print, printFields, printJson, printTable } from "./output.process.ts";
import { grouped } from "./printable.ts";
import type { Api } from "./rest.client.ts";

/** `rekey reports registration`, `resets`: figures, and nobody's name. */
export function addReports(reports: Command): void {
  apiCommand(reports, "registration", {
    summary: "show how many people can reset alone",
    description:
      "Counts who is licensed, enabled, registered and capable, by method, and why others cannot, judged by the rules that decide.",
    needs: "the scope reports:read",
    examples: ["rekey reports registration"],
  }).action(registration);
  apiCommand(reports, "resets", {
    summary: "show what became of resets, by day",
    description: "Counts resets by day, method and outcome; the last 30 days unless told otherwise.",
    needs: "the scope reports:read",
    examples: ["rekey reports resets --from 2026-11-01 --to 2026-11-07"],
  })
    .option("--from <day>", "the first day, such as 2026-11-01 (UTC)")
    .option("--to <day>", "the last day")
    .action(resets);
}

const count = (value: unknown) => grouped(Number(value ?? 0));
const rowsOf = (api: Api, value: unknown) => (Array.isArray(value) ? value.map((one: unknown) => fieldsOf(api, one)) : []);

async function registration({ json }: { json?: true }): Promise<void> {
  const api = openApi();
  const report = fieldsOf(api, await api.get("/v1/reports/registration"));
  if (json) {
    printJson(report);
    return;
  }
  printFields(
    (["people", "licensed", "enabled", "registered", "capable"] as const).map((name) => [name, count(report[name])]),
    "right",
  );
  print("");
  printTable(
    [{ title: "METHOD" }, { title: "PEOPLE", align: "right" }, { title: "VERIFIED", align: "right" }],
    rowsOf(api, report.byMethod).map(({ type, people, verified }) => [shown(type), count(people), count(verified)]),
  );
  const reasons = rowsOf(api, report.byReason);
  if (reasons.length > 0) {
    print("");
    printTable(
      [{ title: "CANNOT RESET, BECAUSE" }, { title: "PEOPLE", align: "right" }],
      reasons.map(({ reason, people }) => [shown(reason), count(people)]),
    );
  }
  print("", `Counted at ${shownAt(report.asOf)}.`);
}

const FIGURES = ["started", "completed", "unlocked", "cancelled", "blocked", "failed", "abandoned"] as const;

async function resets({ from, to, json }: { from?: string; to?: string; json?: true }): Promise<void> {
  const api = openApi();
  const report = fieldsOf(api, await api.get("/v1/reports/resets", { from, to }));
  if (json) {
    printJson(report);
    return;
  }
  const busy = rowsOf(api, report.days).filter((day) => FIGURES.some((name) => Number(day[name]) > 0));
  const totals = fieldsOf(api, report.totals);
  printTable(
    [{ title: "DAY" }, ...FIGURES.map((name) => ({ title: name.toUpperCase(), align: "right" as const }))],
    [
      ...busy.map((day) => [shown(day.day), ...FIGURES.map((name) => count(day[name]))]),
      ["all", ...FIGURES.map((name) => count(totals[name]))],
    ],
  );
  print(
    "",
    `From ${shown(report.from)} to ${shown(report.to)}; days without resets are left out. Reset by administrators: ${count(report.administratorResets)}.`,
  );
}
