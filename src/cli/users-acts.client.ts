import type { Command } from "commander";
import { apiCommand, openApi, pathOf, type Teaching } from "./api-command.client.ts";
import { confirm } from "./confirm.process.ts";
import { print, printJson } from "./output.process.ts";
import { printable } from "./printable.ts";

interface UserAct {
  readonly name: string;
  readonly method: "POST" | "DELETE";
  /** After `/v1/users/{id}`. */
  readonly path: string;
  /** Of the person, once it is done. */
  readonly done: string;
  /** Asked first, since it takes something away. */
  readonly question?: string;
  readonly teaching: Omit<Teaching, "examples" | "json">;
}

const ACTS: readonly UserAct[] = [
  {
    name: "unlock",
    method: "POST",
    path: "/unlock",
    done: "is not locked out any more.",
    teaching: {
      summary: "lift what locks a person out",
      description: "Lifts the lockout of sign-in and every pause and block of a method after wrong codes. The password stays.",
      needs: "the scope resets:write",
    },
  },
  {
    name: "unfreeze",
    method: "POST",
    path: "/unfreeze",
    done: "can reset again, where the rest allows it.",
    question: "The person, or whoever has the mailbox, said that a reset was not theirs. Have you spoken with them?",
    teaching: {
      summary: 'lift the freeze of "this was not me"',
      description: "Lifts the freeze that stops resets since somebody said that one was not theirs. Nothing else changes.",
      needs: "the scope users:write",
    },
  },
  {
    name: "delete",
    method: "DELETE",
    path: "",
    done: "is removed, and can be restored for 30 days.",
    question: "Sign-in, sessions, running resets and links of this person end at once.",
    teaching: {
      summary: "remove a person; for 30 days they can be restored",
      description:
        "Sign-in, sessions, running resets, links and codes end at once. The name stays taken for 30 days; then the person is deleted for good.",
      needs: "the scope users:write",
    },
  },
  {
    name: "restore",
    method: "POST",
    path: "/restore",
    done: "is back. Methods are to be verified and the password is to be changed.",
    teaching: {
      summary: "bring back a person who was removed",
      description:
        "Methods must be verified anew, and the password be changed at the next sign-in. Sessions and links of before stay dead.",
      needs: "the scope users:write",
    },
  },
  {
    name: "offboard",
    method: "POST",
    path: "/offboard",
    done: "has left.",
    question: "This disables the account, ends everything, takes roles, groups and methods away, and removes the person.",
    teaching: {
      summary: "do everything that is due when a person leaves, in one act",
      description: "Disables the account, ends sessions, links and codes, takes roles, groups and methods away, and removes the person.",
      needs: "the scope users:write",
    },
  },
];

/** `rekey users unlock`, `unfreeze`, `delete`, `restore`, `offboard`: one act on one person. */
export function addUsersActs(users: Command): void {
  for (const { name, method, path, done, question, teaching } of ACTS) {
    const flag = question === undefined ? "" : " --yes";
    const command = apiCommand(users, name, {
      ...teaching,
      json: "{ user, done: true }",
      examples: [`rekey users ${name} henrik.dahl@contoso.example${flag}`],
    }).argument("<user>", "a user principal name, or an id");
    if (question !== undefined) command.option("--yes", "do not ask first");
    command.action(async (user: string, { json, yes }: { json?: true; yes?: true }) => {
      const api = openApi();
      if (question !== undefined) await confirm(question, name, yes);
      await api.call(method, pathOf`/v1/users/${user}` + path);
      if (json) printJson({ user, done: true });
      else print(printable(`${user} ${done}`));
    });
  }
}
