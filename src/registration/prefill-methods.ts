import type { Actor } from "../audit/audit-event.ts";
import type { Clock } from "../kit/clock.ts";
import { type FieldFault, faulty } from "../kit/field-faults.ts";
import { Problem } from "../kit/problem.ts";
import type { ContactMethod, ContactType } from "../methods/contact-method.ts";
import { readContactData } from "../users/contact-data.ts";
import { protectedPerson } from "../users/protected-person.ts";
import { type UserAddress, userAddress } from "../users/user-record.ts";

/** What one transaction has done about the values that administrators filled in for somebody. */
export type Prefilled =
  | { readonly outcome: "replaced"; readonly id: string }
  | { readonly outcome: "unknown" }
  | { readonly outcome: "administrator" }
  | { readonly outcome: "faulty"; readonly faults: readonly FieldFault[] };

export interface PrefillStore {
  /**
   * Replaces what administrators filled in, and touches nothing that the person registered. Never of a holder of an administrator role:
   * judged under the lock of the person's row. `read` gets the person's country.
   */
  replace(
    address: UserAddress,
    read: (country: string | null) => { methods: ContactMethod[]; faults: FieldFault[] },
    act: { tenantId: string; actor: Actor; now: number },
  ): Promise<Prefilled>;
}

/** Answers the id. */
export type PrefillMethods = (
  tenantId: string,
  actor: Actor,
  id: string,
  methods: readonly { readonly type: ContactType; readonly value: string }[],
) => Promise<string>;

/**
 * Pre-population: contact data by which somebody can be reached before they have registered any.
 * @throws {Problem} `invalid-request`, `not-found`, `forbidden` for a holder of an administrator role
 */
export function createPrefillMethods({ store, clock }: { store: PrefillStore; clock: Clock }): PrefillMethods {
  return async (tenantId, actor, id, written) => {
    const read = (country: string | null) => {
      const faults: FieldFault[] = [];
      return { methods: readContactData(written, country, faults), faults };
    };
    const done = await store.replace(userAddress(id), read, { tenantId, actor, now: clock.now() });
    switch (done.outcome) {
      case "replaced":
        return done.id;
      case "unknown":
        throw new Problem("not-found");
      case "administrator":
        throw protectedPerson();
      case "faulty":
        throw faulty(done.faults);
    }
  };
}
