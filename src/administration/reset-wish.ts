import { type FieldFault, faulty } from "../kit/field-faults.ts";
import type { TenantPolicy } from "../policy/tenant-policy.ts";

/** What an administrator asks for, as the API takes it. */
export interface ResetWish {
  readonly mode?: "temporaryPassword" | "link";
  readonly password?: string;
  readonly mustChange?: boolean;
  readonly emailTo?: string;
  /** 0: never ends. */
  readonly lifetimeHours?: number;
}

/** The same with every choice made. */
export interface Wish {
  readonly mode: "temporaryPassword" | "link";
  readonly password?: string;
  readonly mustChange: boolean;
  readonly emailTo?: string;
  readonly lifetimeHours: number;
}

/** @throws {Problem} `invalid-request` for what contradicts itself */
export function readWish({ mode = "temporaryPassword", mustChange = true, ...wish }: ResetWish, policy: TenantPolicy): Wish {
  const faults: FieldFault[] = [];
  if (mode === "link" && wish.password !== undefined)
    faults.push({ field: "/password", reason: "With a link the person chooses the password." });
  if (mode === "link" && !mustChange) faults.push({ field: "/mustChange", reason: "With a link there is no password that could last." });
  if (faults.length > 0) throw faulty(faults);
  return { ...wish, mode, mustChange, lifetimeHours: wish.lifetimeHours ?? policy.temporaryPassword.lifetimeHours };
}
