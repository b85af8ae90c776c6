/** A person whose address it is. */
export interface NamedPerson {
  readonly userId: string;
  readonly tenantId: string;
  readonly userPrincipalName: string;
  readonly organisation: string;
  readonly preferredLanguage: string | null;
}

/** A stored address in clear, and who has proved that it is theirs. */
export interface NamesAt {
  readonly value: string;
  readonly people: readonly NamedPerson[];
}

/**
 * Who has verified an address, over all organisations: enabled people, five at most. One statement, also for nobody.
 * @param valueTags of the values that are looked for
 */
export type UserNamesAt = (type: "email" | "mobilePhone", valueTags: readonly string[]) => Promise<readonly NamesAt[]>;
