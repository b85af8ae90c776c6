import type { FieldFault } from "../kit/field-faults.ts";

/** What is wrong with a policy that names groups which are not there. */
export function unknownGroupFaults(unknown: readonly string[]): FieldFault[] {
  return [{ field: "/groups", reason: `no such group: ${unknown.join(", ")}` }];
}
