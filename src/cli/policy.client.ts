import type { Command } from "commander";
import { apiCommand, fieldsOf, jsonObject, openApi, readText, shown, waits } from "./api-command.client.ts";
import { WrongUsage } from "./failure.ts";
import { note, print, printFields, printJson, printTable } from "./output.process.ts";
import { differences, members, patchOf } from "./policy-patch.ts";
import { grouped } from "./printable.ts";
import { type Api, notRekey } from "./rest.client.ts";

interface Options {
  readonly administrators?: true;
  readonly file?: string;
  readonly json?: true;
}

const PATHS = { people: "/v1/policy", administrators: "/v1/policy/administrators" } as const;
const WHAT = "[path=value...]";
const TEACH_PATHS = "what becomes of it: the names that `rekey policy get` shows";

/** `rekey policy get`, `set`, `preview`: who may reset, and with what proof. */
export function addPolicy(policy: Command): void {
  apiCommand(policy, "get", {
    summary: "show the policy",
    description: "Shows who may reset alone and with how many and which proofs, each setting by the name that `policy set` takes.",
    needs: "the scope policy:read",
    examples: ["rekey policy get", "rekey policy get --administrators"],
  })
    .option("--administrators", "the policy of those who hold an administrator role")
    .action(getPolicy);
  apiCommand(policy, "set", {
    summary: "change the policy",
    description:
      "Changes settings of the policy, all of them or none, and only if nobody else has changed it since this command read it. " +
      "Lists are replaced as a whole. Try it out before with `rekey policy preview`. " +
      "Where the two-person rule is on, what weakens the policy waits for a second administrator.",
    needs: "the scopes policy:read and policy:write",
    json: "the policy as the API answers it, or { approvalId } where it waits",
    examples: [
      "rekey policy set scope=selected groups=7f9c24e8-3b12-4fef-91d0-aaf27cb4ad5e methodsRequired=2",
      "rekey policy set registration.skipDays=0 methods=email,sms,authenticatorApp",
      "rekey policy set --file patch.json",
    ],
  })
    .argument(WHAT, TEACH_PATHS)
    .option("--file <json>", "a JSON merge patch instead; - for standard input")
    .option("--administrators", "the policy of those who hold an administrator role")
    .action(setPolicy);
  apiCommand(policy, "preview", {
    summary: "try a change of the policy out, and see who is stranded",
    description:
      "Judges everybody by the policy as it is and as it would be, and changes nothing: how many gain the ability to reset alone, and who loses it.",
    needs: "the scopes policy:read and users:read",
    examples: ["rekey policy preview methodsRequired=2"],
  })
    .argument(WHAT, TEACH_PATHS)
    .option("--file <json>", "a JSON merge patch instead; - for standard input")
    .action(previewPolicy);
}

function pathFor({ administrators }: Options): string {
  return administrators ? PATHS.administrators : PATHS.people;
}

async function getPolicy(options: Options): Promise<void> {
  const api = openApi();
  const policy = fieldsOf(api, await api.get(pathFor(options)));
  if (options.json) printJson(policy);
  else printTable([{ title: "SETTING" }, { title: "VALUE" }], members(policy));
}

async function patchFrom(pairs: readonly string[], { file }: Options): Promise<object> {
  if ((pairs.length === 0) === (file === undefined)) throw new WrongUsage("Give path=value, such as methodsRequired=2, or --file.");
  return file === undefined ? patchOf(pairs) : jsonObject(await readText(file), file);
}

async function setPolicy(pairs: readonly string[], options: Options): Promise<void> {
  const body = await patchFrom(pairs, options);
  const api = openApi();
  const path = pathFor(options);
  const before = await api.call("GET", path);
  if (before.etag === null) throw notRekey(api.url);
  const answer = await api.call("PATCH", path, { body, headers: { "if-match": before.etag } });
  if (waits(api, answer, options.json)) return;
  if (options.json) {
    printJson(answer.document);
    return;
  }
  const changes = differences(before.document, answer.document).filter((line) => !line.startsWith("version:"));
  const { version } = fieldsOf(api, answer.document);
  if (changes.length === 0) print("Nothing changes: the policy was so already.");
  else print(`The policy is changed, and is version ${shown(version)} now.`, "", ...changes.map((line) => `  ${line}`));
}

async function previewPolicy(pairs: readonly string[], options: Options): Promise<void> {
  const body = await patchFrom(pairs, options);
  const api = openApi();
  const { document } = await api.call("POST", "/v1/policy/preview", { body });
  if (options.json) printJson(document);
  else reportPreview(api, document);
}

function reportPreview(api: Api, document: unknown): void {
  const preview = fieldsOf(api, document);
  const stranded = fieldsOf(api, preview.stranded);
  const names = [
    ["can reset now", preview.canResetBefore],
    ["could reset then", preview.canResetAfter],
    ["gain", preview.gains],
    ["lose", preview.loses],
    ["unchanged", preview.unchanged],
  ] as const;
  printFields(
    names.map(([name, count]) => [name, grouped(Number(count))]),
    "right",
  );
  const sample = Array.isArray(stranded.sample) ? stranded.sample.map((one: unknown) => fieldsOf(api, one)) : [];
  if (sample.length > 0) {
    print("", "They could not reset alone any more:", "");
    printTable(
      [{ title: "USER PRINCIPAL NAME" }, { title: "REASON" }],
      sample.map(({ userPrincipalName, reason }) => [shown(userPrincipalName), shown(reason)]),
    );
    if (Number(stranded.count) > sample.length) print("", `And ${grouped(Number(stranded.count) - sample.length)} more.`);
  }
  note("Nothing is changed.");
}
