/** Text fields of an imported user. */
export type TextField =
  | "userPrincipalName"
  | "displayName"
  | "givenName"
  | "surname"
  | "mail"
  | "usageLocation"
  | "preferredLanguage"
  | "externalId"
  | "jobTitle"
  | "department"
  | "password";

/** The methods that an administrator can register for a person. */
export type ImportedMethodType = "email" | "mobilePhone" | "officePhone";

/** What a column says about a user. `licences` is the Microsoft 365 column of licence names, where `Unlicensed` means none. */
export type Target =
  | { readonly kind: "text"; readonly field: TextField }
  | { readonly kind: "flag"; readonly field: "enabled" | "licensed"; readonly inverted?: true }
  | { readonly kind: "licences"; readonly field: "licensed" }
  | { readonly kind: "groups"; readonly field: "groups" }
  | { readonly kind: "methods"; readonly type: ImportedMethodType };

export interface Column {
  /** The first is the one that reports use. All are taken as JSON fields, and in CSV headers without regard to case and spaces. */
  readonly names: readonly [string, ...string[]];
  /** Titles that portals and templates write over the same data. CSV only. */
  readonly titles?: readonly string[];
  readonly target: Target;
}

const text = (field: TextField): Target => ({ kind: "text", field });
const methods = (type: ImportedMethodType): Target => ({ kind: "methods", type });

/**
 * Every column that is read: Microsoft Entra's "Download users" and bulk templates, the Microsoft 365 admin centre's exports and
 * templates, Graph's JSON, and our own API. The numbers and addresses that people registered with Microsoft
 * (`authentication…`) are taken as the method that they serve as there: phones that get codes as mobile phones, the email as email.
 */
export const COLUMNS: readonly Column[] = [
  { names: ["userPrincipalName"], titles: ["User name", "UPN"], target: text("userPrincipalName") },
  { names: ["displayName"], target: text("displayName") },
  { names: ["givenName"], titles: ["First name"], target: text("givenName") },
  { names: ["surname"], titles: ["Last name"], target: text("surname") },
  { names: ["mail"], titles: ["Email", "Email address"], target: text("mail") },
  { names: ["objectId", "externalId", "id"], target: text("externalId") },
  { names: ["jobTitle"], titles: ["Title"], target: text("jobTitle") },
  { names: ["department"], target: text("department") },
  { names: ["usageLocation"], target: text("usageLocation") },
  { names: ["preferredLanguage"], target: text("preferredLanguage") },
  { names: ["password"], titles: ["Initial password", "passwordProfile"], target: text("password") },
  { names: ["accountEnabled", "enabled"], target: { kind: "flag", field: "enabled" } },
  { names: ["blockCredential"], titles: ["Block sign in"], target: { kind: "flag", field: "enabled", inverted: true } },
  { names: ["licensed", "isLicensed"], target: { kind: "flag", field: "licensed" } },
  { names: ["licenses"], titles: ["Licences"], target: { kind: "licences", field: "licensed" } },
  { names: ["groups"], target: { kind: "groups", field: "groups" } },
  {
    names: ["telephoneNumber", "businessPhones"],
    titles: ["Office phone", "Business phone", "Phone number"],
    target: methods("officePhone"),
  },
  { names: ["mobile", "mobilePhone"], titles: ["Mobile number", "Mobile phone number"], target: methods("mobilePhone") },
  { names: ["authenticationPhoneNumber"], titles: ["Authentication phone"], target: methods("mobilePhone") },
  { names: ["authenticationAlternativePhoneNumber"], target: methods("mobilePhone") },
  { names: ["authenticationEmail"], target: methods("email") },
  { names: ["alternateEmailAddress", "otherMails"], titles: ["Alternate email", "Alternate email addresses"], target: methods("email") },
];

/** Columns of the same exports that say nothing about resets: passed over in silence, so that a report of unknown columns means something. */
const NOT_NEEDED =
  `ageGroup address assignedLicenses city companyName consentProvidedForMinor country countryOrRegion createdDateTime creationType
  dirSyncEnabled directorySynced employeeId fax faxNumber identities identityIssuer invitationState lastDirsyncTime
  lastPasswordChangeTimestamp legalAgeGroupClassification licenseAssignmentDetails oathTokenMetadata office officeLocation officeNumber
  onPremisesSyncEnabled passwordNeverExpires physicalDeliveryOfficeName postalCode preferredDataLocation proxyAddresses releaseTrack
  softDeletionTimestamp state stateOrProvince streetAddress strongPasswordRequired userType whenCreated zipOrPostalCode`.split(/\s+/);

const BY_JSON_NAME = new Map(COLUMNS.flatMap((column) => column.names.map((name) => [name, column] as const)));
const BY_HEADING = new Map(
  COLUMNS.flatMap((column) => [...column.names, ...(column.titles ?? [])].map((name) => [bare(name), column] as const)),
);
const NOT_NEEDED_JSON = new Set(NOT_NEEDED);
const NOT_NEEDED_HEADINGS = new Set(NOT_NEEDED.map(bare));

function bare(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/**
 * The column under a CSV heading, `"not-needed"`, or `undefined`. Understands `User name [userPrincipalName] Required` of the bulk
 * templates: the name in brackets counts, except where the title turns its meaning round (`Block sign in (Yes/No) [accountEnabled]`).
 */
export function columnOfHeading(heading: string): Column | "not-needed" | undefined {
  const title = heading.replace(/[[(].*$/s, "");
  const bracketed = /\[([^\]]*)\]/.exec(heading)?.[1];
  const name = bare(bracketed === undefined || /^\s*block/i.test(title) ? title : bracketed);
  return BY_HEADING.get(name) ?? (NOT_NEEDED_HEADINGS.has(name) ? "not-needed" : undefined);
}

/** The column of a JSON field, spelt exactly. */
export function columnOfField(field: string): Column | "not-needed" | undefined {
  return BY_JSON_NAME.get(field) ?? (NOT_NEEDED_JSON.has(field) ? "not-needed" : undefined);
}
