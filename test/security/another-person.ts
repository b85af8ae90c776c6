import { randomInt, randomUUID } from "node:crypto";
import { createSealer } from "../../src/keys/sealer.ts";
import { methodPlace } from "../../src/methods/method-store.pg.ts";
import type { StartedProduct } from "../journeys/product.ts";

export type Person = ReturnType<StartedProduct["person"]> & { readonly id: string };

/** Letters only: eight digits in a row would be taken for a code. */
const randomName = () => randomUUID().replace(/\W|\d/g, (digit) => String.fromCharCode(103 + (Number(digit) || 0)));

/** One more person of the demonstration's tenant, with an email address and a mobile phone, and without a password. */
export async function anotherPerson(
  run: StartedProduct,
  local = randomName(),
  mobilePhone = `+4670${randomInt(1_000_000, 9_999_999)}`,
): Promise<Person> {
  const id = randomUUID();
  const userPrincipalName = `${local}@contoso.example`;
  const contacts = [
    { type: "email", value: `${local}@private.example` },
    { type: "mobilePhone", value: mobilePhone },
  ] as const;
  await run.connection.pool.query(
    `insert into users (id, tenant_id, user_principal_name, upn_key, enabled, licensed, created_at, updated_at)
     values ($1, $2, $3, $3, true, true, now(), now())`,
    [id, run.demo.tenant.id, userPrincipalName],
  );
  for (const { type, value } of contacts) await giveMethod(run, id, type, value);
  return { id, userPrincipalName, password: "", roles: [], methods: contacts.map(({ type }) => type), contacts };
}

/** One more registered value, as registration will write it. Answers its id. */
export async function giveMethod(run: StartedProduct, userId: string, type: string, value: string): Promise<string> {
  const id = randomUUID();
  const sealer = createSealer(run.keyring);
  await run.connection.pool.query(
    `insert into authentication_methods (id, user_id, type, sealed_value, value_tag, hint, source, verified_at, created_at)
     values ($1, $2, $3, $4, $5, 'masked', 'user', now(), now())`,
    [id, userId, type, sealer.seal(methodPlace(userId, id), value), sealer.tag(`value/${type}`, value)],
  );
  return id;
}

export async function userId(run: StartedProduct, userPrincipalName: string): Promise<string> {
  const { rows } = await run.connection.pool.query("select id from users where upn_key = lower($1)", [userPrincipalName]);
  return rows[0].id;
}
