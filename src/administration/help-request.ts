import { judgeReach, type OutOfReach, type Target } from "../users/reach.ts";
import type { Act } from "../users/user-writer.ts";

/** An administrator who could be written to. */
export interface PossibleHelper {
  readonly id: string;
  readonly roles: readonly string[];
  readonly mail: string | null;
  readonly preferredLanguage: string | null;
  readonly name: string | null;
}

/** Whose turn it is: of each step those who may help, and the next step only where nobody of this one may (entra-sspr.md §1.5). */
const TURNS: readonly (readonly string[])[] = [
  ["helpdeskAdministrator", "passwordAdministrator"],
  ["userAdministrator"],
  ["globalAdministrator"],
];
export const HELPING_ROLES: readonly string[] = TURNS.flat();
const MOST_RECIPIENTS = 100;

/** Who is written to about somebody: only those who may reset that very person, and so never the person. */
export function chooseHelpers(people: readonly PossibleHelper[], target: Target): PossibleHelper[] {
  const able = people.filter(({ id, roles }) => judgeReach({ actor: { kind: "user", id }, roles }, target, "reset") === null);
  for (const turn of TURNS) {
    const theirs = able.filter(({ roles }) => roles.some((role) => turn.includes(role)));
    if (theirs.length > 0) return theirs.slice(0, MOST_RECIPIENTS);
  }
  return [];
}

/** A request as the administrators see it. Times in milliseconds. */
export interface HelpRequest {
  readonly id: string;
  readonly supportCode: string;
  /** What the first one wrote who wrote anything. Whoever it was: it was not proved. */
  readonly message: string | null;
  readonly times: number;
  readonly requestedAt: number;
  readonly lastRequestedAt: number;
  readonly person: Target & { readonly userPrincipalName: string; readonly displayName: string | null };
  readonly resolved: {
    readonly at: number;
    readonly by: { readonly kind: string; readonly id?: string };
    readonly note: string | null;
  } | null;
}

/** What became of an open request with another one for the same account. */
export interface KeptRequest {
  readonly supportCode: string;
  readonly wrote: boolean;
}

export interface NewHelpRequest {
  readonly id: string;
  readonly tenantId: string;
  readonly userId: string;
  readonly supportCode: string;
  readonly message: string | null;
  readonly now: number;
}

export interface HelpRequestStore {
  /** Opens one, or counts one more; a second time the same is nothing. One transaction with its event. */
  keep(request: NewHelpRequest): Promise<KeptRequest>;
  /** Everybody of an organisation who is enabled and has a role that may help. One statement. */
  possibleHelpers(tenantId: string): Promise<PossibleHelper[]>;
  list(
    tenantId: string,
    state: "open" | "resolved",
    page: { readonly limit: number; readonly after: string | null },
  ): Promise<{ readonly items: HelpRequest[]; readonly next: string | null }>;
  /** One transaction with its event. By whoever may reset the person: who closes a request takes it from those who could help. */
  resolve(
    act: Act & { readonly actor: { readonly kind: "app" | "user"; readonly id: string } },
    id: string,
    note: string | null,
  ): Promise<"resolved" | "unknown" | "resolved-before" | OutOfReach>;
}
