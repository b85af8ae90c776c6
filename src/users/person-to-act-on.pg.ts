import type { Transaction } from "kysely";
import type { Database } from "../database/schema.ts";
import { Problem } from "../kit/problem.ts";
import { lockPerson } from "./locked-person.pg.ts";
import { outOfReach, type Reaching } from "./reach.ts";
import type { UserAddress } from "./user-record.ts";
import type { Act } from "./user-writer.ts";

/**
 * `lockPerson`, for acts that have no other way on.
 * @throws {Problem} `not-found`, `forbidden`
 */
export async function personToActOn(
  trx: Transaction<Database>,
  act: Act,
  address: UserAddress,
  reaching: Reaching,
  removed: "present" | "removed" = "present",
): Promise<{ id: string; upnKey: string }> {
  const person = await lockPerson(trx, act, address, reaching, removed);
  if (person.outcome === "unknown") throw new Problem("not-found");
  if (person.outcome === "out-of-reach") throw outOfReach(person.beyond);
  return { id: person.row.id, upnKey: person.row.upn_key };
}
