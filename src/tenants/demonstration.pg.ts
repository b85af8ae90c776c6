import { createApp } from "../apps/app-store.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Random } from "../kit/random.ts";
import { SCOPES } from "../kit/rights.ts";
import { type ContactType, readContactMethod } from "../methods/contact-method.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { newTemporaryPassword } from "../passwords/temporary-password.ts";
import { NOBODY } from "../users/nobody.ts";
import { parseUserPrincipalName } from "../users/user-principal-name.ts";
import { insertUser } from "../users/user-store.pg.ts";
import { createTenant } from "./create-tenant.pg.ts";

/** What `DATA_DIR/demo.json` holds (contract, section 1). */
export interface Demonstration {
  readonly baseUrl: string;
  readonly tenant: { readonly id: string; readonly domain: string };
  readonly users: readonly {
    userPrincipalName: string;
    password: string;
    roles: readonly string[];
    methods: readonly ContactType[];
    /** Where to look for what is sent. */
    contacts: readonly { type: ContactType; value: string }[];
  }[];
  readonly app: { readonly clientId: string; readonly clientSecret: string };
}

const DOMAIN = "contoso.example";
const TENANT = "Contoso Demo";

const PEOPLE: readonly { local: string; given: string; surname: string; roles: string[]; registered: boolean }[] = [
  { local: "ylva.bjork", given: "Ylva", surname: "Björk", roles: ["globalAdministrator"], registered: true },
  { local: "odd.nygaard", given: "Odd", surname: "Nygaard", roles: ["userAdministrator"], registered: true },
  { local: "mirja.salo", given: "Mirja", surname: "Salo", roles: ["helpdeskAdministrator"], registered: true },
  { local: "tove.lindqvist", given: "Tove", surname: "Lindqvist", roles: ["passwordAdministrator"], registered: true },
  { local: "henrik.dahl", given: "Henrik", surname: "Dahl", roles: [], registered: true },
  { local: "signe.holm", given: "Signe", surname: "Holm", roles: [], registered: false },
];

interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly hasher: PasswordHasher;
  readonly random: Random;
  readonly now: number;
  readonly baseUrl: string;
  /** Keeps what nobody can read back later. Called before the seed is committed: passwords without a file would be lost for ever. */
  readonly keep: (demonstration: Demonstration) => Promise<void>;
}

/**
 * Seeds the demonstration tenant, once, on an empty database: every password is made here and now, so no installation shares one
 * with another (security.md K14). `null` when there is a tenant already.
 */
export async function seedDemonstration({ db, sealer, hasher, random, now, baseUrl, keep }: Deps): Promise<Demonstration | null> {
  if ((await db.selectFrom("tenants").select("id").where("id", "<>", NOBODY).limit(1).executeTakeFirst()) !== undefined) return null;
  const people = PEOPLE.map((person, index) => ({
    ...person,
    password: newTemporaryPassword(random),
    contacts: person.registered ? contactsOf(person.local, index) : [],
  }));
  const hashes = await Promise.all(people.map(({ password }) => hasher.hash(password)));
  return db.transaction().execute(async (trx) => {
    const tenantId = await createTenant(trx, { name: TENANT, domain: DOMAIN, plan: "premium" }, now);
    if (tenantId === null) throw new Error(`the domain ${DOMAIN} is taken`);
    const users: Demonstration["users"][number][] = [];
    for (const [index, person] of people.entries()) {
      const name = parseUserPrincipalName(`${person.local}@${DOMAIN}`);
      if (!name.ok) throw new Error(name.reason);
      const methods = person.contacts.map(({ type, value }) => {
        const read = readContactMethod(type, value);
        if (!read.ok) throw new Error(`${value}: ${read.reason}`);
        return read.method;
      });
      await insertUser(
        trx,
        {
          tenantId,
          name,
          displayName: `${person.given} ${person.surname}`,
          givenName: person.given,
          surname: person.surname,
          roles: person.roles,
          methods,
          methodsVerified: true,
          password: { phc: hashes[index] ?? "", temporary: false, expiresAt: null },
        },
        { sealer, now },
      );
      const { password, roles, contacts } = person;
      users.push({ userPrincipalName: name.userPrincipalName, password, roles, methods: contacts.map(({ type }) => type), contacts });
    }
    const { app, clientSecret } = await createApp(trx, { tenantId, name: "Demonstration app", scopes: SCOPES }, { random, now });
    const demonstration = { baseUrl, tenant: { id: tenantId, domain: DOMAIN }, users, app: { clientId: app.id, clientSecret } };
    await keep(demonstration);
    return demonstration;
  });
}

/** Fictional contact data: numbers from the range that Sweden keeps for drama, addresses under a reserved domain. */
function contactsOf(local: string, index: number): { type: ContactType; value: string }[] {
  return [
    { type: "email", value: `${local}@private.example` },
    { type: "mobilePhone", value: `+4670174060${index + 5}` },
  ];
}
