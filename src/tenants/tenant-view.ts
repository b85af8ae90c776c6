import type { Plan } from "../policy/entitlements.ts";
import type { Branding } from "./branding.ts";

/** An organisation as its administrators and the operator see it. */
export interface TenantView {
  readonly id: string;
  readonly name: string;
  /** ASCII, lower case, by the alphabet. */
  readonly domains: readonly string[];
  readonly plan: Plan;
  readonly branding: Branding;
  readonly suspended: boolean;
}

/** What its administrators may change themselves. An absent member stays. */
export interface TenantChanges {
  readonly name?: string;
  readonly accentColor?: string | null;
  /** A PNG that was looked at; `null` takes it away. */
  readonly logo?: Buffer | null;
}
