/**
 * The credential version of each person, as sessions see it. It is raised in PostgreSQL with the change, and here before the answer, so
 * that a token made under an older one is dead at once; whoever finds none here reads PostgreSQL (design §3).
 */
export interface CredentialVersions {
  /** Never lowers: a job that comes late changes nothing. */
  raise(userId: string, version: number): Promise<void>;
  read(userId: string): Promise<number | null>;
}
