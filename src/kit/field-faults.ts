import { Problem } from "./problem.ts";

/** What is wrong with one field of a JSON body. `field` is a JSON pointer, as the schema's own complaints have it. */
export interface FieldFault {
  readonly field: string;
  readonly reason: string;
}

/** 400 with every fault at once. */
export function faulty(faults: readonly FieldFault[]): Problem {
  return new Problem("invalid-request", { detail: "The body is not valid.", extensions: { errors: [...faults] } });
}
