import { Problem } from "../kit/problem.ts";
import type { ContactType } from "../methods/contact-method.ts";
import type { Origin } from "../resets/origin.ts";
import type { Changed, NewChallenge, OwnMethod } from "./own-method-store.ts";
import {
  alreadyRegistered,
  conflict,
  countSend,
  newChallenge,
  ownerAct,
  type Person,
  type RegistrationDeps,
  valueReader,
  wayTo,
} from "./owner-act.ts";

export interface MethodChange {
  readonly value?: string;
  /** `null` takes the name away. */
  readonly name?: string | null;
}

export interface ChangedMethod {
  readonly method: OwnMethod;
  /** Of the new value, which is pending until its code comes; absent where the value stays. */
  readonly challenge?: NewChallenge;
}

/** @throws {Problem} `reauthentication-required`, `not-found`, `conflict`, `invalid-request`, `too-many-attempts` */
export type ChangeMethod = (person: Person, methodId: string, change: MethodChange, origin: Origin) => Promise<ChangedMethod>;

/** Changes a method in one act: name and value both or neither. The old value keeps working until the new one is verified. */
export function createChangeMethod(deps: RegistrationDeps): ChangeMethod {
  return async (person, methodId, { value, name }, origin) => {
    const { byMethods } = await deps.requireFreshProof(person);
    const act = ownerAct(deps, person.id, byMethods, origin);
    if (value === undefined) {
      if (name === undefined) throw new Problem("invalid-request", { detail: "Send a value, a name or both." });
      return { method: methodOf(await deps.store.rename(act, methodId, name)) };
    }
    const type = await contactTypeOf(deps, person.id, methodId);
    await countSend(deps, person.id);
    const challenge = newChallenge(deps);
    const method = methodOf(await deps.store.putOnItsWay(act, methodId, valueReader(type, value), challenge, name));
    return { method, challenge };
  };
}

async function contactTypeOf({ store, deliverable }: RegistrationDeps, userId: string, methodId: string): Promise<ContactType> {
  const { methods } = await store.list(userId, false);
  const found = methods.find(({ id }) => id === methodId);
  if (found === undefined) throw new Problem("not-found");
  const { type } = found;
  if (type !== "email" && type !== "mobilePhone" && type !== "officePhone") throw noValue();
  if (wayTo(type, deliverable) === null) throw conflict("cannot-be-sent", "No code can be sent to such an address here.");
  return type;
}

function methodOf(changed: Changed): OwnMethod {
  if (changed.outcome === "changed") return changed.method;
  if (changed.outcome === "duplicate") throw alreadyRegistered(changed.id);
  throw changed.outcome === "unknown" ? new Problem("not-found") : noValue();
}

const noValue = () => conflict("no-value", "Only addresses and numbers can be changed. Add another one and remove this one.");

/** @throws {Problem} `reauthentication-required`, `not-found`, `conflict` with `below-minimum` */
export type RemoveMethod = (person: Person, methodId: string, origin: Origin) => Promise<void>;

export function createRemoveMethod(deps: RegistrationDeps): RemoveMethod {
  return async (person, methodId, origin) => {
    const { byMethods } = await deps.requireFreshProof(person);
    const removed = await deps.store.remove(ownerAct(deps, person.id, byMethods, origin), methodId);
    if (removed === "unknown") throw new Problem("not-found");
    if (removed === "held-back")
      throw conflict("below-minimum", "Without it you would hold less than a reset asks for. Add another one first.");
  };
}
