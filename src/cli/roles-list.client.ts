import type { Command } from "commander";
import { apiCommand, fieldsOf, openApi, shown } from "./api-command.client.ts";
import { Refused } from "./failure.ts";
import { print, printJson, printTable } from "./output.process.ts";
import { printable } from "./printable.ts";
import { notRekey } from "./rest.client.ts";

/** `rekey roles list`: who may reset whom. */
export function addRolesList(roles: Command): void {
  apiCommand(roles, "list", {
    summary: "list the administrator roles, and who may reset their holders",
    description: "Lists every role, whether its holders need two proofs, and which administrators reach a holder of it.",
    needs: "the scope users:read",
    examples: ["rekey roles list"],
  })
    .option("--role <word>", "this one alone, with what it lets its holder do")
    .action(listRoles);
}

async function listRoles({ role, json }: { role?: string; json?: true }): Promise<void> {
  const api = openApi();
  const answer = fieldsOf(api, await api.get("/v1/roles"));
  if (!Array.isArray(answer.items)) throw notRekey(api.url);
  const items = answer.items.map((item: unknown) => fieldsOf(api, item)).filter((item) => role === undefined || item.role === role);
  if (items.length === 0) throw new Refused(`No role is called ${printable(role ?? "")}: \`rekey roles list\` shows those there are.`);
  if (json) {
    printJson(role === undefined ? answer : { items });
    return;
  }
  printTable(
    [{ title: "ROLE" }, { title: "TWO PROOFS" }, { title: role === undefined ? "REACHED BY" : "RIGHTS" }],
    items.map((item) => [shown(item.role), shown(item.twoGate), shown(role === undefined ? item.reachedBy : item.rights)]),
  );
  if (role === undefined) print("", `Whoever holds no role is reached by ${shown(fieldsOf(api, answer.noRole).reachedBy)}.`);
}
