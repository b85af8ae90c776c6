import { type Static, Type } from "typebox";
import { faulty } from "../kit/field-faults.ts";
import type { JobKind, JobOrder } from "./password-job.ts";
import { readPasswordJobFile, readPasswordJobList } from "./password-job-file.ts";
import { Mode } from "./password-job-view.ts";

const exact = { additionalProperties: false } as const;
const id = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";
const Whom = Type.Union([
  Type.Array(Type.String({ minLength: 1, maxLength: 1100 }), {
    minItems: 1,
    description: "Ids or user principal names; each person once.",
  }),
  Type.Object({ group: Type.String({ pattern: id, description: "An id. Whoever is in it through another group counts." }) }, exact),
  Type.Unsafe<"all">({ type: "string", enum: ["all"] }),
]);
const EmailTo = Type.String({
  minLength: 3,
  maxLength: 320,
  description: "Gets a mail with a link to the results when it is over, and never a password: the link needs the caller's own sign-in.",
});

/** What a reset in bulk may say beside whom it is for: in the body, or with a file in the query. */
const choices = { mode: Type.Optional(Mode), mustChange: Type.Optional(Type.Boolean()), emailTo: Type.Optional(EmailTo) };
export const ResetBody = Type.Object({ users: Whom, ...choices }, exact);
export const ChangeBody = Type.Object({ users: Whom, emailTo: Type.Optional(EmailTo) }, exact);
/** Of both kinds; numbers and flags in a query are text. */
export const FileQuery = Type.Object(
  {
    mode: Type.Optional(Mode),
    mustChange: Type.Optional(Type.Unsafe<"true" | "false">({ type: "string", enum: ["true", "false"] })),
    emailTo: Type.Optional(EmailTo),
  },
  exact,
);

type Choices = Pick<Static<typeof ResetBody>, "mode" | "mustChange" | "emailTo">;

function chosen(kind: JobKind, { mode = "temporaryPassword", mustChange = true, emailTo }: Choices): Omit<JobOrder, "whom"> {
  if (mode === "link" && !mustChange) throw faulty([{ field: "/mustChange", reason: "With a link there is no password that could last." }]);
  return { kind, mode, mustChange, emailTo: emailTo ?? null };
}

/** @throws {Problem} `invalid-request` for what contradicts itself */
export function orderOfBody(kind: JobKind, { users, ...choices }: Static<typeof ResetBody>): JobOrder {
  const order = chosen(kind, choices);
  if (users === "all") return { ...order, whom: { kind: "all" } };
  if (Array.isArray(users)) return { ...order, whom: { kind: "list", rows: readPasswordJobList(users) } };
  return { ...order, whom: { kind: "group", id: users.group } };
}

/** @throws {Problem} `invalid-request` for what contradicts itself */
export function orderOfFile({ mustChange, ...query }: Static<typeof FileQuery>, bytes: AsyncIterable<Uint8Array>): JobOrder {
  const order = chosen("reset", { ...query, ...(mustChange === undefined ? {} : { mustChange: mustChange === "true" }) });
  return { ...order, whom: { kind: "list", rows: readPasswordJobFile(bytes, order.mode) } };
}
