import { type Command, Option } from "commander";
import { apiCommand, fieldsOf, openApi, pathOf, readList, shown, shownAt } from "./api-command.client.ts";
import { positiveInteger } from "./option-values.ts";
import { note, print, printJson, printTable } from "./output.process.ts";

/** `rekey help-requests`: who asked an administrator for help. */
export function addHelpRequests(requests: Command): void {
  apiCommand(requests, "list", {
    summary: "list who asked an administrator for help",
    description:
      "Lists people who could not reset alone and asked for help, newest first. Anybody may ask in anybody's name: make sure who it is.",
    needs: "the scope users:read",
    json: "one JSON document: { items, nextCursor }, as the API answers",
    examples: ["rekey help-requests list"],
  })
    .addOption(new Option("--state <state>", "which").choices(["open", "resolved"]).default("open"))
    .option("--limit <count>", "how many at most", positiveInteger, 50)
    .action(listRequests);
  apiCommand(requests, "resolve", {
    summary: "say that somebody was helped",
    description: "Takes a request off the list of the open ones.",
    needs: "the scope resets:write",
    json: "{ id, done: true }",
    examples: ['rekey help-requests resolve 3q2-7wAAQkOaBcDeFgHiJk --note "Reset by telephone, after a call back"'],
  })
    .argument("<id>", "of the request, as `rekey help-requests list` shows it")
    .option("--note <text>", "for the record")
    .action(async (id: string, { note: text, json }: { note?: string; json?: true }) => {
      const body = text === undefined ? {} : { note: text };
      await openApi().call("POST", pathOf`/v1/help-requests/${id}/resolve`, { body });
      if (json) printJson({ id, done: true });
      else print("It is resolved.");
    });
}

async function listRequests({ state, limit, json }: { state: string; limit: number; json?: true }): Promise<void> {
  const api = openApi();
  const listed = await readList(api, "/v1/help-requests", { state }, limit);
  if (json) printJson(listed);
  else if (listed.items.length === 0) note("Nobody is waiting.");
  else
    printTable(
      [{ title: "ASKED" }, { title: "TIMES", align: "right" }, { title: "USER" }, { title: "ID" }, { title: "MESSAGE" }],
      listed.items.map(({ lastRequestedAt, times, user, id, message }) => [
        shownAt(lastRequestedAt),
        shown(times),
        shown(fieldsOf(api, user).userPrincipalName),
        shown(id),
        shown(message),
      ]),
    );
}
