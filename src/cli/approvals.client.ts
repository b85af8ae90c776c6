import type { Command } from "commander";
import { apiCommand, fieldsOf, openApi, pathOf, readList, shown, shownAt } from "./api-command.client.ts";
import { note, print, printFields, printJson, printTable } from "./output.process.ts";
import { printable } from "./printable.ts";

/** `rekey approvals`: what the application asked for, and waits for a second person. People approve, applications never do. */
export function addApprovals(approvals: Command): void {
  apiCommand(approvals, "list", {
    summary: "list what waits for a second administrator",
    description: "Lists what this application asked for in the last seven days. It is approved by people, in the administration.",
    needs: "the scope users:read",
    json: "one JSON document: { items, nextCursor }, as the API answers",
    examples: ["rekey approvals list"],
  }).action(listApprovals);
  apiCommand(approvals, "show", {
    summary: "show what became of something that waited",
    description: "Shows one approval and, once it is carried out, its result, which is kept for a day.",
    needs: "the scope users:read",
    examples: ["rekey approvals show Vt8w0pQx2Jm5c7RkZbN4Lg"],
  })
    .argument("<id>", "of the approval")
    .action(showApproval);
  apiCommand(approvals, "withdraw", {
    summary: "take back what waits",
    description: "Nobody can approve it any more.",
    needs: "the scope users:read",
    json: "{ id, done: true }",
    examples: ["rekey approvals withdraw Vt8w0pQx2Jm5c7RkZbN4Lg"],
  })
    .argument("<id>", "of the approval")
    .action(async (id: string, { json }: { json?: true }) => {
      await openApi().call("POST", pathOf`/v1/approvals/${id}/withdraw`);
      if (json) printJson({ id, done: true });
      else print("It is withdrawn.");
    });
}

async function listApprovals({ json }: { json?: true }): Promise<void> {
  const api = openApi();
  const listed = await readList(api, "/v1/approvals");
  if (json) printJson(listed);
  else if (listed.items.length === 0) note("Nothing waits, or waited.");
  else
    printTable(
      [{ title: "ASKED" }, { title: "STATE" }, { title: "ACT" }, { title: "ABOUT" }, { title: "DECIDED BY" }, { title: "ID" }],
      listed.items.map(({ createdAt, state, act, target, decidedBy, id }) => [
        shownAt(createdAt),
        shown(state),
        shown(act),
        target === null ? "" : shown(fieldsOf(api, target).userPrincipalName),
        decidedBy === null ? "" : shown(fieldsOf(api, decidedBy).name),
        shown(id),
      ]),
    );
}

async function showApproval(id: string, { json }: { json?: true }): Promise<void> {
  const api = openApi();
  const approval = fieldsOf(api, await api.get(pathOf`/v1/approvals/${id}`));
  if (json) {
    printJson(approval);
    return;
  }
  const { state, act, createdAt, expiresAt, decidedBy, carriedOut, failure, result } = approval;
  printFields([
    ["act", shown(act)],
    ["state", shown(state)],
    ["asked", shownAt(createdAt)],
    ...(state === "waiting" ? [["until", shownAt(expiresAt)] as const] : []),
    ...(decidedBy === null ? [] : [["decided by", shown(fieldsOf(api, decidedBy).name)] as const]),
    ["carried out", shown(carriedOut)],
  ]);
  if (failure !== null) print("", printable(`It could not be done: ${shown(fieldsOf(api, failure).detail)}`));
  if (result !== undefined) {
    print("", "The result, which is kept for a day:");
    printFields(Object.entries(fieldsOf(api, result)).map(([name, value]) => [name, shown(value)]));
  }
}
