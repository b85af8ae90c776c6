import { isDeepStrictEqual } from "node:util";
import type { Policies } from "./policy-store.ts";

export type Changes = Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;

/** The members that differ, each with what was and what is (`null`: absent); those of the administrator policy under its name. */
export function policyDifference(before: Policies, after: Policies): Changes {
  const was = membersOf(before);
  const is = membersOf(after);
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => !isDeepStrictEqual(was.get(name), is.get(name)));
  return Object.fromEntries(names.map((name) => [name, { before: was.get(name) ?? null, after: is.get(name) ?? null }]));
}

function membersOf({ policy, administratorPolicy }: Policies): Map<string, unknown> {
  return new Map<string, unknown>([
    ...Object.entries(policy),
    ...Object.entries(administratorPolicy).map(([name, value]): [string, unknown] => [`administrators.${name}`, value]),
  ]);
}
