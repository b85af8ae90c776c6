import type { Command } from "commander";
import { apiCommand, fieldsOf, openApi, pathOf, shown, shownAt } from "./api-command.client.ts";
import { emphasised, print, printFields, printJson, printTable } from "./output.process.ts";
import { printable } from "./printable.ts";

/** `rekey users show`: one person, with what they have registered. */
export function addUsersShow(users: Command): void {
  apiCommand(users, "show", {
    summary: "show one person",
    description: "Shows a person: account, password, what became of the last reset, and registered methods, masked.",
    needs: "the scope users:read",
    examples: ["rekey users show henrik.dahl@contoso.example"],
  })
    .argument("<user>", "a user principal name, or an id")
    .action(showUser);
}

async function showUser(user: string, { json }: { json?: true }): Promise<void> {
  const api = openApi();
  const person = fieldsOf(api, await api.get(pathOf`/v1/users/${user}`));
  if (json) {
    printJson(person);
    return;
  }
  const password = fieldsOf(api, person.password);
  const info = fieldsOf(api, person.securityInfo);
  print(emphasised(printable(shown(person.userPrincipalName))), "");
  printFields(
    [
      ["id", shown(person.id)],
      ["name", shown(person.displayName)],
      ["mail", shown(person.mail)],
      ["enabled", shown(person.enabled)],
      ["licensed", shown(person.licensed)],
      ["roles", shown(person.roles)],
      ["password changed", shownAt(password.lastChangedAt)],
      ["password", passwordWords(password)],
      ["security info", info.registered === true ? "registered" : "too little"],
      ["can reset", shown(info.capable)],
    ].filter((field): field is [string, string] => field[1] !== ""),
  );
  followUp(person.temporary);
  const methods = Array.isArray(info.methods) ? info.methods.map((method: unknown) => fieldsOf(api, method)) : [];
  if (methods.length === 0) return;
  print("");
  printTable(
    [{ title: "METHOD" }, { title: "VALUE" }, { title: "VERIFIED" }, { title: "FILLED IN BY" }],
    methods.map(({ type, hint, verified, source }) => [
      shown(type),
      shown(hint),
      shown(verified),
      source === "admin" ? "an administrator" : "the person",
    ]),
  );
}

function passwordWords({ temporary, mustChange, expiresAt, neverExpires }: Readonly<Record<string, unknown>>): string {
  const words = [
    temporary === true ? "temporary" : "",
    mustChange === true ? "must be changed" : "",
    neverExpires === true ? "never expires" : "",
  ];
  return [...words, expiresAt === null || expiresAt === undefined ? "" : `until ${shownAt(expiresAt)}`].filter(Boolean).join(", ");
}

/** Whether the person got and used what an administrator gave them. */
function followUp(temporary: unknown): void {
  if (typeof temporary !== "object" || temporary === null) return;
  const { deliveredAt, openedAt, usedAt } = temporary as Readonly<Record<string, unknown>>;
  print("", "The last reset by an administrator:");
  printFields([
    ["mail delivered", shownAt(deliveredAt) || "no"],
    ["link opened", shownAt(openedAt) || "no"],
    ["new password set", shownAt(usedAt) || "not yet"],
  ]);
}
