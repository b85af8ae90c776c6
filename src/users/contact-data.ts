import type { FieldFault } from "../kit/field-faults.ts";
import { type ContactMethod, type ContactType, readContactMethod } from "../methods/contact-method.ts";
import { rowProblem } from "./import-problems.ts";

/** Contact data as somebody wrote it, each value once. @param country for numbers in national writing */
export function readContactData(
  written: readonly { readonly type: ContactType; readonly value: string }[],
  country: string | null | undefined,
  faults: FieldFault[],
): ContactMethod[] {
  const methods: ContactMethod[] = [];
  for (const [index, { type, value }] of written.entries()) {
    const read = readContactMethod(type, value.trim(), country ?? undefined);
    if (!read.ok) faults.push({ field: `/methods/${index}/value`, reason: rowProblem("value", read.reason).reason });
    else if (!methods.some((method) => method.type === type && method.value === read.method.value)) methods.push(read.method);
  }
  return methods;
}
