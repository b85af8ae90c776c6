import type { IneligibleReason } from "./eligibility.ts";

/**
 * The code under which Microsoft's pages and forums know a reason (entra-sspr.md §7.2), for whoever searches for it. `null`: there is none that
 * means the same.
 */
export function microsoftCode(reason: IneligibleReason | null): string | null {
  return reason === null ? null : CODES[reason];
}

const CODES: Readonly<Record<IneligibleReason, string | null>> = {
  "account-disabled": null,
  "recovery-frozen": null,
  "plan-without-self-service": "SSPR_0012",
  "no-licence-in-tenant": "SSPR_0012",
  "not-licensed": "SSPR_0012",
  "plan-without-directories": "SSPR_0012",
  "writeback-off": "SSPR_0010",
  "administrator-reset-off": "SSPR_0009",
  "self-service-off": "SSPR_0009",
  "not-in-scope": "SSPR_0013",
  "too-few-methods": "SSPR_0014",
};
