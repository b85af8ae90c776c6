import { type FieldFault, faulty } from "../kit/field-faults.ts";
import { Problem } from "../kit/problem.ts";
import type { ContactType } from "../methods/contact-method.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import type { Tenant, TenantStore } from "../tenants/tenant-store.ts";
import { readContactData } from "./contact-data.ts";
import { makeFirstPassword } from "./first-password.ts";
import { rowProblem } from "./import-problems.ts";
import { parseUserPrincipalName, type UserPrincipalName } from "./user-principal-name.ts";
import { type Profile, readProfile } from "./user-profile.ts";
import type { Act, UserWriter } from "./user-writer.ts";

export interface NewPerson extends Profile {
  readonly userPrincipalName: string;
  readonly enabled?: boolean;
  readonly licensed?: boolean;
  readonly groups?: readonly string[];
  readonly methods?: readonly { readonly type: ContactType; readonly value: string }[];
  readonly password?: string;
}

interface Deps {
  readonly tenants: TenantStore;
  readonly writer: UserWriter;
  readonly hasher: PasswordHasher;
}

/** Answers the id. */
export type CreateUser = (act: Act, person: NewPerson) => Promise<string>;

/**
 * Adds one person. A password that is given is the person's first, judged like any other (security.md E19).
 * @throws {Problem} `invalid-request`, `password-rejected`, `conflict` when the name is taken, by whomever
 */
export function createCreateUser({ tenants, writer, hasher }: Deps): CreateUser {
  return async (act, person) => {
    const tenant = await tenants.read(act.tenantId);
    const { profile, faults } = readProfile(person);
    const name = readName(person.userPrincipalName, tenant, faults);
    const methods = readContactData(person.methods ?? [], profile.usageLocation, faults);
    if (name === null || faults.length > 0) throw faulty(faults);
    const phc = person.password === undefined ? null : await firstPassword(person.password, name, profile, tenant, hasher);
    const { enabled = true, licensed = true, groups = [] } = person;
    const created = await writer.create({ name, profile, enabled, licensed, methods, groups: [...new Set(groups)], phc }, act);
    if (created.outcome === "taken") throw new Problem("conflict", { detail: "The user principal name is taken." });
    if (created.outcome === "unknown-group") throw faulty([{ field: "/groups", reason: "there is no such group" }]);
    if (created.outcome === "guarded-group")
      throw faulty([
        { field: "/groups", reason: "roles can be given to one of these groups; people are put into it by roles:write alone" },
      ]);
    return created.id;
  };
}

function readName(written: string, { domains }: Tenant, faults: FieldFault[]): UserPrincipalName | null {
  const field = "userPrincipalName";
  const name = parseUserPrincipalName(written);
  if (name.ok && domains.includes(name.domain)) return name;
  const reason = name.ok ? foreignDomain(name.domain) : rowProblem(field, name.reason).reason;
  faults.push({ field: `/${field}`, reason });
  return null;
}

export function foreignDomain(domain: string): string {
  return `The domain ${domain} is not one of the organisation's.`;
}

async function firstPassword(
  password: string,
  { userPrincipalName }: UserPrincipalName,
  profile: Profile,
  { facts }: Tenant,
  hasher: PasswordHasher,
): Promise<string> {
  const made = await makeFirstPassword(password, { ...profile, userPrincipalName }, facts, hasher);
  if (made.ok) return made.phc;
  const { reasons, strength } = made.verdict;
  throw new Problem("password-rejected", { extensions: { reasons, guidance: strength.guidance } });
}
