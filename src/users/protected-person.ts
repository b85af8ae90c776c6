import { Problem } from "../kit/problem.ts";

/**
 * Whether an application must keep its hands off somebody (contract, section 4). Any role will do, a reader's too: who reads everything
 * is worth taking over.
 */
export function isProtected(roles: readonly string[]): boolean {
  return roles.length > 0;
}

/** 403 for an application that would change a holder of an administrator role. */
export function protectedPerson(): Problem {
  return new Problem("forbidden", {
    extensions: { missing: ["target"], reason: "Applications do not change holders of an administrator role." },
  });
}
