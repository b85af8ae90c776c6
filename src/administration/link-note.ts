import { type Static, Type } from "typebox";
import { Value } from "typebox/value";

const exact = { additionalProperties: false } as const;
const Codes = Type.Array(Type.String({ pattern: "^[a-z-]{1,40}$" }), { maxItems: 20 });
const NoteSchema = Type.Union([
  Type.Object({ kind: Type.Literal("link-set") }, exact),
  Type.Object({ kind: Type.Literal("link-wait"), until: Type.Integer() }, exact),
  /** `faults`: of the form; `reasons` and `guidance`: of the judge. */
  Type.Object({ kind: Type.Literal("link-password"), faults: Codes, reasons: Codes, guidance: Codes }, exact),
]);

/** What the form leaves for the page after a redirect: words of ours, never anything that was typed. */
export type LinkNote = Static<typeof NoteSchema>;

/** Reads a note that came back in a cookie; `null` for whatever is none of ours. */
export function readLinkNote(note: unknown): LinkNote | null {
  return Value.Check(NoteSchema, note) ? note : null;
}
