import type { Command } from "commander";
import { apiCommand, fieldsOf, openApi, pathOf, shown } from "./api-command.client.ts";
import { WrongUsage } from "./failure.ts";
import { print, printJson, printTable } from "./output.process.ts";

const TYPES = ["email", "mobilePhone", "officePhone"];

/** `rekey methods set`: contact data of one person, filled in by an administrator. */
export function addMethodsSet(methods: Command): void {
  apiCommand(methods, "set", {
    summary: "fill in the contact data of a person",
    description:
      "Fills in the mail addresses and phone numbers by which a person can reset alone. It replaces what administrators filled in before, " +
      "and nothing that the person registered. Values go in and never come out: what is shown is masked.",
    needs: "the scope methods:write",
    examples: [
      "rekey methods set henrik.dahl@contoso.example email=henrik@private.example mobilePhone=+46701740605",
      "rekey methods set henrik.dahl@contoso.example --none",
    ],
  })
    .argument("<user>", "a user principal name, or an id")
    .argument("[type=value...]", `what there is now: ${TYPES.join(", ")}`)
    .option("--none", "take away everything that administrators filled in")
    .action(setMethods);
}

async function setMethods(user: string, pairs: readonly string[], { none, json }: { none?: true; json?: true }): Promise<void> {
  if ((pairs.length === 0) !== (none === true)) throw new WrongUsage("Give type=value, such as email=henrik@private.example, or --none.");
  const methods = pairs.map(methodOf);
  const api = openApi();
  const { document } = await api.call("PUT", pathOf`/v1/users/${user}/methods`, { body: { methods } });
  const left = fieldsOf(api, document).methods;
  if (json) printJson(document);
  else if (!Array.isArray(left) || left.length === 0) print("Nothing is registered for this person now.");
  else
    printTable(
      [{ title: "METHOD" }, { title: "VALUE" }, { title: "VERIFIED" }, { title: "FILLED IN BY" }],
      left
        .map((method: unknown) => fieldsOf(api, method))
        .map(({ type, hint, verified, source }) => [
          shown(type),
          shown(hint),
          shown(verified),
          source === "admin" ? "an administrator" : "the person",
        ]),
    );
}

function methodOf(pair: string): { type: string; value: string } {
  const at = pair.indexOf("=");
  const type = pair.slice(0, at);
  if (at < 1 || !TYPES.includes(type)) throw new WrongUsage(`${pair}: give ${TYPES.map((known) => `${known}=VALUE`).join(", ")}.`);
  return { type, value: pair.slice(at + 1) };
}
