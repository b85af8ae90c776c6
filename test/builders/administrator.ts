import { randomUUID } from "node:crypto";
import { createSealer } from "../../src/keys/sealer.ts";
import { systemRandom } from "../../src/kit/random.ts";
import type { ContactMethod } from "../../src/methods/contact-method.ts";
import { createPasswordHasher } from "../../src/passwords/password-hasher.ts";
import { parseUserPrincipalName } from "../../src/users/user-principal-name.ts";
import { insertUser } from "../../src/users/user-store.pg.ts";
import type { Answer, CallOptions, StartedProduct } from "../journeys/product.ts";
import { signedIn } from "../journeys/second-step-walk.ts";

export interface NewPersonOptions {
  readonly roles?: readonly string[];
  readonly tenantId?: string;
  readonly domain?: string;
  readonly enabled?: boolean;
}

export interface MadePerson {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly password: string;
  readonly contacts: readonly ContactMethod[];
}

const PASSWORD = "kanot-vid-lugn-fjord-41";
/** Hashing is what takes time: everybody who is made here has the same password. */
let phc: Promise<string> | null = null;

/** Somebody with a verified mail address and mobile phone of their own, a password and, if wanted, roles: straight into the database. */
export async function newPerson(run: StartedProduct, options: NewPersonOptions = {}): Promise<MadePerson> {
  const { roles = [], tenantId = run.demo.tenant.id, domain = run.demo.tenant.domain, enabled = true } = options;
  const tail = randomUUID().slice(0, 8);
  const name = parseUserPrincipalName(`p-${tail}@${domain}`);
  if (!name.ok) throw new Error(`${domain} makes no user name`);
  const contacts: ContactMethod[] = [
    { type: "email", value: `p-${tail}@private.example`, hint: "p***@private.example" },
    { type: "mobilePhone", value: `+4670${String(Number.parseInt(tail, 16) % 10_000_000).padStart(7, "0")}`, hint: "+46 *** **" },
  ];
  phc ??= createPasswordHasher({ random: systemRandom, concurrency: 1 }).hash(PASSWORD);
  const password = { phc: await phc, temporary: false, expiresAt: null };
  const id = await run.connection.db
    .transaction()
    .execute((trx) =>
      insertUser(
        trx,
        { tenantId, name, enabled, licensed: true, roles, methods: contacts, methodsVerified: true, password, displayName: `P ${tail}` },
        { sealer: createSealer(run.keyring), now: run.clock.now() },
      ),
    );
  if (id === null) throw new Error("the name is taken");
  return { id, userPrincipalName: name.userPrincipalName, password: PASSWORD, contacts };
}

/** An administrator who has signed in, with a second step where the role asks for one, and calls in their own name. */
export interface Administrator extends MadePerson {
  readonly token: string;
  call(method: string, path: string, options?: Omit<CallOptions, "token">): Promise<Answer>;
}

export async function newAdministrator(
  run: StartedProduct,
  roles: readonly string[],
  options: NewPersonOptions = {},
): Promise<Administrator> {
  return signedInAs(run, await newPerson(run, { ...options, roles }));
}

export async function signedInAs(run: StartedProduct, person: MadePerson): Promise<Administrator> {
  const token = await signedIn(run, person);
  return { ...person, token, call: (method, path, options) => run.call(method, path, { ...options, token }) };
}
