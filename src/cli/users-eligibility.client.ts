import type { Command } from "commander";
import { apiCommand, fieldsOf, openApi, pathOf, shown } from "./api-command.client.ts";
import { emphasised, faint, print, printJson, printTable } from "./output.process.ts";
import { printable } from "./printable.ts";

const MARKS: Readonly<Record<string, string>> = { passed: "✓", failed: "✗", "not-asked": "–", noted: " " };

/** `rekey users eligibility`: why a person can reset alone, or cannot. */
export function addUsersEligibility(users: Command): void {
  apiCommand(users, "eligibility", {
    summary: "explain whether a person can reset alone, and why",
    description:
      "Judges every rule for a person, in order, in words that can be read out: ✓ passed, ✗ failed, – not asked since an earlier rule decided. " +
      "It is the very judgement that a reset gets.",
    needs: "the scope users:read",
    examples: ["rekey users eligibility henrik.dahl@contoso.example", "rekey users eligibility ylva.bjork@contoso.example --as-user"],
  })
    .argument("<user>", "a user principal name, or an id")
    .option("--as-user", "judge an administrator as anybody would be, to try a policy out")
    .action(explain);
}

async function explain(user: string, { asUser, json }: { asUser?: true; json?: true }): Promise<void> {
  const api = openApi();
  const judged = fieldsOf(api, await api.get(pathOf`/v1/users/${user}/reset-eligibility`, { as: asUser ? "user" : undefined }));
  if (json) {
    printJson(judged);
    return;
  }
  const reason = judged.canReset === true ? "" : ` (${[judged.reason, judged.microsoftCode].filter(Boolean).map(shown).join(", ")})`;
  print(emphasised(printable(`${user} ${judged.canReset === true ? "can" : "cannot"} reset alone${reason}.`)), "");
  const trace = Array.isArray(judged.trace) ? judged.trace.map((step: unknown) => fieldsOf(api, step)) : [];
  printTable(
    [{ title: "" }, { title: "RULE" }, { title: "WHY" }],
    trace.map(({ rule, outcome, detail }) => [MARKS[shown(outcome)] ?? "?", shown(rule), shown(detail)]),
  );
  const usable = Array.isArray(judged.methodsUsable) ? judged.methodsUsable.map((method: unknown) => fieldsOf(api, method)) : [];
  print(
    "",
    faint(
      `${judged.policy === "administrator" ? "The administrators' policy" : "The policy"} asks for ${shown(judged.gatesRequired)}; usable: ` +
        `${usable.map(({ method, hint }) => printable(`${shown(method)} ${shown(hint)}`)).join(", ") || "nothing"}.`,
    ),
  );
}
