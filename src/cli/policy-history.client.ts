import type { Command } from "commander";
import { apiCommand, fieldsOf, openApi, pathOf, readList, shown, shownAt, waits } from "./api-command.client.ts";
import { EXIT, WrongUsage } from "./failure.ts";
import { positiveInteger } from "./option-values.ts";
import { print, printJson, printTable } from "./output.process.ts";
import { notRekey } from "./rest.client.ts";

/** `rekey policy versions`, `restore`, `spread`: what the policy was, the way back, and whether it is everywhere. */
export function addPolicyHistory(policy: Command): void {
  apiCommand(policy, "versions", {
    summary: "list what the policy was, and who changed it",
    description: "Lists the versions of the policy, newest first, with what each changed.",
    needs: "the scope policy:read",
    json: "one JSON document: { items, nextCursor }, as the API answers",
    examples: ["rekey policy versions --limit 5"],
  })
    .option("--limit <count>", "how many at most", positiveInteger, 20)
    .action(listVersions);
  apiCommand(policy, "restore", {
    summary: "go back to an earlier version of the policy",
    description: "Makes a new version that is as an earlier one was: a change like any other, which may wait for a second administrator.",
    needs: "the scopes policy:read and policy:write",
    examples: ["rekey policy restore 3"],
  })
    .argument("<version>", "its number, as `rekey policy versions` shows it")
    .action(restoreVersion);
  apiCommand(policy, "spread", {
    summary: "show whether the policy is followed everywhere yet",
    description: "Lists every live process of the service with the version of the policy that it follows. Exit code 1 while one does not.",
    needs: "the scope policy:read",
    examples: ["rekey policy spread"],
  }).action(showSpread);
}

async function listVersions({ limit, json }: { limit: number; json?: true }): Promise<void> {
  const api = openApi();
  const listed = await readList(api, "/v1/policy/versions", {}, limit);
  if (json) printJson(listed);
  else
    printTable(
      [{ title: "VERSION", align: "right" }, { title: "CHANGED" }, { title: "BY" }, { title: "WHAT" }],
      listed.items.map(({ version, changedAt, changedBy, changes }) => {
        const by = fieldsOf(api, changedBy);
        return [
          shown(version),
          shownAt(changedAt),
          shown(by.id ?? by.kind),
          Object.entries(fieldsOf(api, changes)).map(changeWords).join("; "),
        ];
      }),
    );
}

function changeWords([name, change]: [string, unknown]): string {
  const { before, after } = change as { before?: unknown; after?: unknown };
  return `${name}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
}

async function restoreVersion(version: string, { json }: { json?: true }): Promise<void> {
  if (!/^[1-9]\d{0,8}$/.test(version)) throw new WrongUsage("The version is a number, as `rekey policy versions` shows it.");
  const api = openApi();
  const { etag } = await api.call("GET", "/v1/policy");
  if (etag === null) throw notRekey(api.url);
  const answer = await api.call("POST", pathOf`/v1/policy/versions/${version}/restore`, { headers: { "if-match": etag } });
  if (waits(api, answer, json)) return;
  if (json) printJson(answer.document);
  else print(`The policy is as it was in version ${version}, and is version ${shown(fieldsOf(api, answer.document).version)} now.`);
}

async function showSpread({ json }: { json?: true }): Promise<void> {
  const api = openApi();
  const spread = fieldsOf(api, await api.get("/v1/policy/spread"));
  if (!Array.isArray(spread.items)) throw notRekey(api.url);
  const processes = spread.items.map((one: unknown) => fieldsOf(api, one));
  if (processes.some(({ follows }) => follows !== true)) process.exitCode = EXIT.failed;
  if (json) {
    printJson(spread);
    return;
  }
  print(`The policy is version ${shown(spread.version)}.`, "");
  printTable(
    [{ title: "PROCESS" }, { title: "ROLE" }, { title: "STARTED" }, { title: "VERSION", align: "right" }, { title: "FOLLOWS" }],
    processes.map(({ id, role, startedAt, version, follows }) => [
      shown(id),
      shown(role),
      shownAt(startedAt),
      version === null ? "no answer" : shown(version),
      shown(follows),
    ]),
  );
}
