import { MINUTE } from "../kit/clock.ts";
import type { Circumstances, UsableMethod } from "../policy/eligibility.ts";
import type { Account } from "../users/account.ts";
import { needsTwoGates } from "../users/roles.ts";
import { kindsOf, provableMethods, registeredMethods } from "./provable-methods.ts";
import { FRESH_MS, provedBy, type Session, type SessionProof } from "./session.ts";

/** So long the password of the sign-in stands in for a method that is not there yet: the first registration. */
const PASSWORD_STANDS_IN_MS = 15 * MINUTE;

export type Freshness =
  /** `byMethods`: ids of the registered values that proved it and vouch for others; none that waits, nor the password. */
  | { readonly fresh: true; readonly byMethods: readonly string[] }
  /** `needed`: how many proofs are missing; `methods`: what may give them. None: sign in again. */
  | { readonly fresh: false; readonly needed: number; readonly methods: readonly UsableMethod[] };

/**
 * Whether the holder of a session proved lately enough who they are (ASVS 7.5.1, security.md J01): one proof by a registered method within
 * five minutes, two of different kinds for whoever meets the two-gate floor. Never more than the person has. The password stands in only for
 * what nobody has registered yet; a method that waits is registered. It proves where too few are past their waiting time, or its owner were
 * locked out, and it vouches for nothing. A proof by a method that is gone, or was changed since, does not count.
 */
export function judgeFreshness(account: Account, session: Pick<Session, "proofs">, circumstances: Circumstances): Freshness {
  const { now } = circumstances;
  const provable = provableMethods(account, circumstances);
  const waiting = registeredMethods(account, circumstances).filter(({ kind }) => provable.every((method) => method.kind !== kind));
  const wanted = needsTwoGates(account.roles) ? 2 : 1;
  const proofs = session.proofs.filter(({ at }) => within(now, at, FRESH_MS));
  const usable = judgeProofs(proofs, provable, wanted);
  const beside = judgeProofs(proofs, waiting, wanted - usable.needed);
  const unregistered = wanted - usable.needed - beside.needed;
  const standsIn = session.proofs.some(({ kind, at }) => kind === "password" && within(now, at, PASSWORD_STANDS_IN_MS));
  const needed = usable.missing + beside.missing + (standsIn ? 0 : unregistered);
  if (needed === 0) return { fresh: true, byMethods: usable.proved.map(({ methodId }) => methodId) };
  return { fresh: false, needed, methods: [...usable.left, ...beside.left] };
}

interface JudgedProofs {
  /** Of so many kinds, since there are no more. */
  readonly needed: number;
  readonly missing: number;
  readonly proved: readonly UsableMethod[];
  /** What may give the missing ones. */
  readonly left: readonly UsableMethod[];
}

function judgeProofs(proofs: readonly SessionProof[], methods: readonly UsableMethod[], wanted: number): JudgedProofs {
  const needed = Math.min(wanted, kindsOf(methods));
  // Text messages and calls are two ways to one value.
  const byId = new Map(methods.map((method) => [method.methodId, method]));
  const proved = [...byId.values()].filter((method) => proofs.some((proof) => provedBy(proof, method)));
  const kinds = new Set(proved.map(({ kind }) => kind));
  const missing = Math.max(0, needed - kinds.size);
  return { needed, missing, proved, left: missing === 0 ? [] : methods.filter(({ kind }) => !kinds.has(kind)) };
}

/** Another node's clock may be a little ahead; a proof from further in the future is no proof. */
function within(now: number, at: number, lifeMs: number): boolean {
  return now - at <= lifeMs && at - now <= MINUTE;
}
