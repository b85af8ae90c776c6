import { type Static, Type } from "typebox";
import { Value } from "typebox/value";

const exact = { additionalProperties: false } as const;
const plain = <const T extends string>(kind: T) => Type.Object({ kind: Type.Literal(kind) }, exact);

const NoteSchema = Type.Union([
  plain("type-missing"),
  plain("code-missing"),
  plain("code-rejected"),
  plain("resent"),
  plain("confirmed"),
  plain("removed"),
  plain("questions-saved"),
  plain("below-minimum"),
  plain("too-many"),
  plain("duplicate"),
  plain("cannot-send"),
  plain("gone"),
  plain("frozen"),
  /** `from`: since when it counts; absent where it counts at once. */
  Type.Object({ kind: Type.Literal("verified"), from: Type.Optional(Type.Integer()) }, exact),
  Type.Object({ kind: Type.Literal("wait"), until: Type.Integer() }, exact),
]);

/** What one page of security info leaves for the next after a redirect: words of ours, never anything that was typed. */
export type InfoNote = Static<typeof NoteSchema>;

/** Reads a note that came back in a cookie; `null` for whatever is none of ours. */
export function readInfoNote(note: unknown): InfoNote | null {
  return Value.Check(NoteSchema, note) ? note : null;
}
