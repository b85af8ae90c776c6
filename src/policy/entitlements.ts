export const PLANS = ["trial", "business", "education", "nonprofit", "premium"] as const;
export type Plan = (typeof PLANS)[number];

interface Entitlements {
  /** People of the built-in directory may reset their own passwords. */
  readonly selfService: boolean;
  /** People of an LDAP or Active Directory may too, and passwords are written back. */
  readonly directories: boolean;
}

/** What each plan pays for (seeds 003 and 004; entra-sspr.md §1.1). Resets by administrators work on every plan. */
export const ENTITLEMENTS: Readonly<Record<Plan, Entitlements>> = {
  trial: { selfService: false, directories: false },
  business: { selfService: true, directories: false },
  education: { selfService: true, directories: false },
  nonprofit: { selfService: true, directories: false },
  premium: { selfService: true, directories: true },
};
