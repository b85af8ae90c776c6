import { type Static, Type } from "typebox";
import { Value } from "typebox/value";

const exact = { additionalProperties: false } as const;
const plain = <const T extends string>(kind: T) => Type.Object({ kind: Type.Literal(kind) }, exact);
const Codes = Type.Array(Type.String({ pattern: "^[a-z-]{1,40}$" }), { maxItems: 20 });

const NoteSchema = Type.Union([
  plain("way-missing"),
  plain("code-missing"),
  plain("code-rejected"),
  plain("resent"),
  /** One proof was right, and another is needed. */
  plain("one-more"),
  plain("signed-out"),
  plain("session-over"),
  plain("changed"),
  Type.Object({ kind: Type.Literal("wait"), until: Type.Integer() }, exact),
  /** `faults`: of the form; `reasons` and `guidance`: of the judge. */
  Type.Object({ kind: Type.Literal("password"), faults: Codes, reasons: Codes, guidance: Codes }, exact),
]);

/** What one page of signing in leaves for the next after a redirect: words of ours, never anything that was typed. */
export type SignInNote = Static<typeof NoteSchema>;

/** Reads a note that came back in a cookie; `null` for whatever is none of ours. */
export function readSignInNote(note: unknown): SignInNote | null {
  return Value.Check(NoteSchema, note) ? note : null;
}
