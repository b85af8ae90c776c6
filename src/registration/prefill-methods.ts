import { type FieldFault, faulty } from "../kit/field-faults.ts";
import { Problem } from "../kit/problem.ts";
import type { ContactMethod, ContactType } from "../methods/contact-method.ts";
import { readContactData } from "../users/contact-data.ts";
import { type OutOfReach, outOfReach } from "../users/reach.ts";
import { type UserAddress, userAddress } from "../users/user-record.ts";
import type { Act } from "../users/user-writer.ts";

/** What one transaction has done about the values that administrators filled in for somebody. */
export type Prefilled =
  | { readonly outcome: "replaced"; readonly id: string }
  | { readonly outcome: "unknown" }
  | { readonly outcome: "out-of-reach"; readonly beyond: OutOfReach }
  | { readonly outcome: "faulty"; readonly faults: readonly FieldFault[] };

export interface PrefillStore {
  /**
   * Replaces what administrators filled in, and touches nothing that the person registered. Of whoever is within
   * reach: judged under the lock of the person's row. `read` gets the person's country.
   */
  replace(
    address: UserAddress,
    read: (country: string | null) => { methods: ContactMethod[]; faults: FieldFault[] },
    act: Act,
  ): Promise<Prefilled>;
}

/** Answers the id. */
export type PrefillMethods = (
  act: Act,
  id: string,
  methods: readonly { readonly type: ContactType; readonly value: string }[],
) => Promise<string>;

/**
 * Pre-population: contact data by which somebody can be reached before they have registered any.
 * @throws {Problem} `invalid-request`, `not-found`, `forbidden` for whoever is out of reach
 */
export function createPrefillMethods({ store }: { store: PrefillStore }): PrefillMethods {
  return async (act, id, written) => {
    const read = (country: string | null) => {
      const faults: FieldFault[] = [];
      return { methods: readContactData(written, country, faults), faults };
    };
    const done = await store.replace(userAddress(id), read, act);
    switch (done.outcome) {
      case "replaced":
        return done.id;
      case "unknown":
        throw new Problem("not-found");
      case "out-of-reach":
        throw outOfReach(done.beyond);
      case "faulty":
        throw faulty(done.faults);
    }
  };
}
