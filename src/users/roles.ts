/**
 * The administrator roles, as data (entra-sspr.md §2 and §3: Microsoft's list of 78, with the ones it leaves out by hand-keeping).
 * `twoGate` is false for readers and inviters alone, who can change nothing; whoever holds any other role meets the two-gate floor.
 */
export interface Role {
  /** The contract's word, camelCase. */
  readonly role: string;
  readonly name: string;
  readonly twoGate: boolean;
}

const ADMINISTRATORS = [
  "AdHoc License Administrator",
  "Application Administrator",
  "Application Proxy Service Administrator",
  "Attack Simulation Administrator",
  "Attribute Assignment Administrator",
  "Attribute Definition Administrator",
  "Attribute Log Administrator",
  "Authentication Administrator",
  "Authentication Extensibility Administrator",
  "Authentication Policy Administrator",
  "Azure DevOps Administrator",
  "Azure Information Protection Administrator",
  "B2C IEF Keyset Administrator",
  "B2C IEF Policy Administrator",
  "Billing Administrator",
  "Cloud App Security Administrator",
  "Cloud Application Administrator",
  "Cloud Device Administrator",
  "Compliance Administrator",
  "Compliance Data Administrator",
  "Conditional Access Administrator",
  "Customer LockBox Access Approver",
  "Desktop Analytics Administrator",
  "Device Administrators",
  "Directory Synchronization Accounts",
  "Directory Writers",
  "Domain Name Administrator",
  "Dynamics 365 Administrator",
  "Dynamics 365 Business Central Administrator",
  "Edge Administrator",
  "Email Verified User Creator",
  "Exchange Administrator",
  "Exchange Recipient Administrator",
  "External ID User Flow Administrator",
  "External ID User Flow Attribute Administrator",
  "External Identity Provider Administrator",
  "Global Administrator",
  "Global Secure Access Administrator",
  "Groups Administrator",
  "Helpdesk Administrator",
  "Hybrid Identity Administrator",
  "Identity Governance Administrator",
  "Insights Administrator",
  "Intune Administrator",
  "Knowledge Administrator",
  "License Administrator",
  "Lifecycle Workflows Administrator",
  "Mailbox Administrator",
  "Microsoft Entra Joined Device Local Administrator",
  "Microsoft Hardware Warranty Administrator",
  "Microsoft365 Migration Administrator",
  "Modern Commerce Administrator",
  "Network Administrator",
  "Office Apps Administrator",
  "Organizational Branding Administrator",
  "Partner Tier1 Support",
  "Partner Tier2 Support",
  "Password Administrator",
  "Permissions Management Administrator",
  "Power BI Service Administrator",
  "Power Platform Administrator",
  "Printer Administrator",
  "Privileged Authentication Administrator",
  "Privileged Role Administrator",
  "Search Administrator",
  "Security Administrator",
  "Security Operator",
  "Service Support Administrator",
  "SharePoint Administrator",
  "Skype for Business Administrator",
  "Teams Administrator",
  "Teams Communications Administrator",
  "Teams Devices Administrator",
  "User Administrator",
  "Virtual Visits Administrator",
  "Viva Goals Administrator",
  "Viva Pulse Administrator",
  "Windows365 Administrator",
  "Windows Update Deployment Administrator",
  "Yammer Administrator",
] as const;

const READERS = [
  "Directory Readers",
  "Global Reader",
  "Guest Inviter",
  "Message Center Reader",
  "Reports Reader",
  "Security Reader",
  "Usage Summary Reports Reader",
  "User Experience Success Manager",
] as const;

export const ROLES: readonly Role[] = [
  ...ADMINISTRATORS.map((name) => ({ role: wordOf(name), name, twoGate: true })),
  ...READERS.map((name) => ({ role: wordOf(name), name, twoGate: false })),
];

const byWord = new Map(ROLES.map((role) => [role.role, role]));

export function findRole(word: string): Role | undefined {
  return byWord.get(word);
}

/** A role this version does not know is taken for a privileged one: unknown never means less proof. */
export function needsTwoGates(roles: readonly string[]): boolean {
  return roles.some((word) => byWord.get(word)?.twoGate ?? true);
}

/** "Global Administrator" → "globalAdministrator". */
function wordOf(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return words.map((word, index) => (index === 0 ? word.toLowerCase() : word[0]?.toUpperCase() + word.slice(1))).join("");
}
