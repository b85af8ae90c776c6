import { cursorAt, keyOfCursor } from "../kit/cursor.ts";
import { Problem } from "../kit/problem.ts";

const LIMIT_WHEN_ABSENT = 50;

/** Which page of a list is asked for. `after`: the key of the last item of the page before. */
export interface PageAsked {
  readonly limit: number;
  readonly after: string | null;
}

/** @throws {Problem} `invalid-request` for a cursor that we have not made */
export function pageAsked({ limit, cursor }: { limit?: string; cursor?: string }): PageAsked {
  const after = cursor === undefined ? null : keyOfCursor(cursor);
  if (cursor !== undefined && after === null)
    throw new Problem("invalid-request", {
      extensions: { errors: [{ field: "/cursor", reason: "take the nextCursor of the page before" }] },
    });
  return { limit: limit === undefined ? LIMIT_WHEN_ABSENT : Number(limit), after };
}

/** A page out of what was found, of which one more than `limit` was asked for: it tells whether there is a next page. */
export function pageOut<T>(found: readonly T[], limit: number, keyOf: (item: T) => string): { items: T[]; nextCursor: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? cursorAt(keyOf(last)) : null };
}
