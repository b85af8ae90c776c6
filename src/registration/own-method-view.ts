import { type Static, Type } from "typebox";
import { timestamp } from "../kit/clock.ts";
import { METHOD_TYPES, type MethodType } from "../methods/method.ts";
import type { OwnMethod } from "./own-method-store.ts";

const exact = { additionalProperties: false } as const;
const Time = Type.String({ format: "date-time", description: "RFC 3339, UTC" });
const TimeOrNull = (description: string) => Type.Union([Time, Type.Null()], { description });

/** A method as its owner sees it (contract, section 5). */
export const OwnMethodSchema = Type.Object(
  {
    id: Type.String(),
    type: Type.Unsafe<MethodType>({ type: "string", enum: [...METHOD_TYPES] }),
    hint: Type.String({ description: "Masked. Of recovery codes: how many are left, of how many." }),
    value: Type.Optional(Type.String({ description: "In full, for whoever proved lately enough who they are." })),
    name: Type.Union([Type.String(), Type.Null()]),
    verified: Type.Boolean(),
    source: Type.Unsafe<"admin" | "user">({ type: "string", enum: ["admin", "user"] }),
    addedAt: Time,
    lastUsedAt: TimeOrNull("When it last proved something."),
    usableForResetFrom: TimeOrNull("From when it counts in a reset; null: as soon as it is verified."),
    pendingHint: Type.Union([Type.String(), Type.Null()], { description: "A new value that is not verified yet, masked." }),
  },
  exact,
);

export function viewOwnMethod({ addedAt, lastUsedAt, usableFrom, ...method }: OwnMethod): Static<typeof OwnMethodSchema> {
  return { ...method, addedAt: timestamp(addedAt), lastUsedAt: timeOf(lastUsedAt), usableForResetFrom: timeOf(usableFrom) };
}

export function timeOf(ms: number | null): string | null {
  return ms === null ? null : timestamp(ms);
}
