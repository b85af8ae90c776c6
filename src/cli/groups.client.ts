import type { Command } from "commander";
import { apiCommand, fieldsOf, openApi, pathOf, readList, shown } from "./api-command.client.ts";
import { Refused } from "./failure.ts";
import { positiveInteger } from "./option-values.ts";
import { note, print, printJson, printTable } from "./output.process.ts";
import { printable } from "./printable.ts";
import type { Api } from "./rest.client.ts";

const GROUP = "its id, or its name";

/** `rekey groups`: by groups the policy's scope is drawn. */
export function addGroups(groups: Command): void {
  apiCommand(groups, "list", {
    summary: "list groups",
    description: "Lists groups, by name, with their ids.",
    needs: "the scope groups:read",
    json: "one JSON document: { items, nextCursor }, as the API answers",
    examples: ["rekey groups list --search pilot"],
  })
    .option("--search <text>", "only groups whose name begins so")
    .option("--limit <count>", "how many at most", positiveInteger, 50)
    .action(listGroups);
  apiCommand(groups, "create", {
    summary: "add a group",
    description: "Adds a group without members, and prints its id.",
    needs: "the scope groups:write",
    examples: ['rekey groups create "Pilot of self-service"'],
  })
    .argument("<name>", "how it is called; no two have the same name")
    .action(async (name: string, { json }: { json?: true }) => {
      const { document } = await openApi().call("POST", "/v1/groups", { body: { name } });
      if (json) printJson(document);
      else print(shown((document as { id?: unknown }).id));
    });
  memberCommand(groups, "add", "PUT", "put people or groups into a group", "is in the group.");
  memberCommand(groups, "remove", "DELETE", "take people or groups out of a group", "is not in the group.");
}

function memberCommand(groups: Command, name: "add" | "remove", method: "PUT" | "DELETE", summary: string, done: string): void {
  apiCommand(groups, name, {
    summary,
    description: `${summary[0]?.toUpperCase()}${summary.slice(1)}. One who ${name === "add" ? "is in it already" : "is not in it"} is no mistake.`,
    needs: "the scopes groups:read and groups:write",
    json: "{ group, members: [...] }",
    examples: [`rekey groups ${name} Pilot henrik.dahl@contoso.example signe.holm@contoso.example`],
  })
    .argument("<group>", GROUP)
    .argument("<members...>", "user principal names, or ids of people and groups")
    .action(async (group: string, members: string[], { json }: { json?: true }) => {
      const api = openApi();
      const id = await groupId(api, group);
      for (const member of members) {
        await api.call(method, pathOf`/v1/groups/${id}/members/${member}`);
        if (!json) print(printable(`${member} ${done}`));
      }
      if (json) printJson({ group: id, members });
    });
}

async function listGroups({ search, limit, json }: { search?: string; limit: number; json?: true }): Promise<void> {
  const listed = await readList(openApi(), "/v1/groups", { search }, limit);
  if (json) printJson(listed);
  else if (listed.items.length === 0) note("There are no such groups.");
  else
    printTable(
      [{ title: "NAME" }, { title: "ROLES" }, { title: "ID" }],
      listed.items.map(({ name, roles, id }) => [shown(name), shown(roles), shown(id)]),
    );
}

/** By its id, or by the whole of its name. */
async function groupId(api: Api, group: string): Promise<string> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(group)) return group;
  const { items } = await readList(api, "/v1/groups", { search: group }, 500);
  const found = items.find(({ name }) => shown(name).toLowerCase() === group.toLowerCase());
  if (found === undefined) throw new Refused(printable(`No group is called ${group}: \`rekey groups list\` shows those there are.`));
  return shown(fieldsOf(api, found).id);
}
