import { type TSchema, Type } from "typebox";

/** Pieces of schemas that every route uses. Unknown fields are refused, not stripped. */
export const exact = { additionalProperties: false } as const;

export const Timestamp = Type.String({ format: "date-time", description: "RFC 3339, UTC" });

/** RFC 9457. `code` is the stable word; extension members are named in the documentation of each code at `/problems/{code}`. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: "uri" }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String()),
    code: Type.String(),
    instance: Type.Optional(Type.String()),
  },
  { $id: "Problem", additionalProperties: true },
);

const problem = { description: "Problem", content: { "application/problem+json": { schema: Type.Ref("Problem") } } };

/** The answers of a route: its own, and the problems it can end in. */
export function answers<const T extends Record<number, TSchema>>(own: T, ...statuses: readonly number[]): T {
  const problems = Object.fromEntries(statuses.map((status) => [status, problem]));
  return { ...problems, ...own } as T;
}

export const Nothing = Type.Null({ description: "No content" });

/** `?limit=&cursor=` of every list. Numbers in a query are text; they are read as what they are. */
export const PageQuery = {
  limit: Type.Optional(Type.String({ pattern: "^([1-9][0-9]?|[1-4][0-9]{2}|500)$", description: "1 to 500; 50 when absent" })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, pattern: "^[A-Za-z0-9_-]+$" })),
};

export function pageOf<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) }, exact);
}
