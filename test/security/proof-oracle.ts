import type { ChallengeMethod } from "../../src/methods/method.ts";
import type { GateWorld, Person, ValueName } from "./gate-world.ts";

/** A registered value, as it was when a code for it came into its owner's hands. */
export interface Held {
  readonly person: Person;
  readonly value: ValueName;
  readonly revision: number;
  readonly method: ChallengeMethod;
}

interface Pending {
  readonly challengeId: string;
  readonly method: ChallengeMethod;
  readonly until: number;
  tries: number;
}

const KINDS: Record<ChallengeMethod, string> = {
  ...{ email: "email", sms: "phone", voice: "phone", officePhone: "phone" },
  ...{ authenticatorApp: "app", recoveryCode: "codes", securityQuestions: "questions" },
};
const STRONG = ["email", "phone", "app"];
const PRIVILEGED = ["helpdeskAdministrator", "globalAdministrator", "roleOfNextYear"];
const TRIES = 5;

/**
 * What was really proved, judged from what was sent and typed alone, by rules written down a second time on purpose: it shares no line
 * with the stores, the policy or the gates.
 */
export class ProofOracle {
  readonly #owner = new Map<string, Person>();
  readonly #pending = new Map<string, Pending>();
  readonly #held = new Map<string, Held>();
  readonly #proved = new Map<string, Map<string, Held>>();
  readonly over = new Set<string>();

  /** A reset began, for somebody who could reset; `null` for everybody else. */
  began(flow: string, person: Person | null): void {
    if (person !== null) this.#owner.set(flow, person);
    this.#proved.set(flow, new Map());
  }

  asked(flow: string, challengeId: string, method: ChallengeMethod, until: number): void {
    this.#pending.set(flow, { challengeId, method, until, tries: 0 });
  }

  /** The code of a challenge reached whoever holds this value. */
  reached(challengeId: string, held: Held): void {
    this.#held.set(challengeId, held);
  }

  /** Somebody typed the code of one challenge into a reset, as the answer to another one perhaps. Whether that proves anything. */
  typed(flow: string, challengeId: string, codeOf: string, now: number): boolean {
    const held = codeOf === challengeId ? this.#held.get(codeOf) : undefined;
    return this.#try(flow, challengeId, now) && this.#prove(flow, challengeId, held, now);
  }

  /** A try that is judged later: whether it was counted. */
  tried(flow: string, challengeId: string, now: number): boolean {
    return this.#try(flow, challengeId, now);
  }

  /** The judgement of a counted try: `held` is the app, the saved codes or the answers that it was right for. */
  judged(flow: string, challengeId: string, held: Held | undefined, now: number): boolean {
    return this.#prove(flow, challengeId, held, now);
  }

  /** Whether enough was proved in this reset for the policy of this moment. */
  mayOpen(flow: string, world: GateWorld): boolean {
    const person = this.#owner.get(flow);
    if (person === undefined || this.over.has(flow)) return false;
    const { roles, enabled, values } = world.of(person);
    const privileged = roles.some((role) => PRIVILEGED.includes(role));
    const taken = privileged ? world.administrators.methods : world.policy.methods;
    const counts = ({ value, revision, method }: Held) => {
      const now = values.get(value);
      const standing = now?.standing === "verified" || (now?.standing === "prefilled" && !privileged);
      return standing && now?.revision === revision && (taken as readonly string[]).includes(method);
    };
    const kinds = [...(this.#proved.get(flow) ?? [])].filter(([, held]) => counts(held)).map(([kind]) => kind);
    if (!enabled) return false;
    if (privileged) return world.administrators.enabled && kinds.filter((kind) => STRONG.includes(kind)).length >= 2;
    return world.policy.scope === "all" && kinds.length >= world.policy.methodsRequired && kinds.some((kind) => kind !== "questions");
  }

  /** A password was set by this reset: it and every other one of the person that began before are over. */
  completed(flow: string): void {
    const person = this.#owner.get(flow);
    for (const [other, owner] of this.#owner) if (owner === person) this.over.add(other);
    this.over.add(flow);
  }

  #try(flow: string, challengeId: string, now: number): boolean {
    const pending = this.#pending.get(flow);
    if (pending === undefined || pending.tries >= TRIES) return false;
    pending.tries += 1;
    return pending.challengeId === challengeId && now < pending.until;
  }

  #prove(flow: string, challengeId: string, held: Held | undefined, now: number): boolean {
    const pending = this.#pending.get(flow);
    const owner = this.#owner.get(flow);
    if (pending?.challengeId !== challengeId || now >= pending.until) return false;
    if (held === undefined || owner === undefined || held.person !== owner || held.method !== pending.method) return false;
    this.#pending.delete(flow);
    this.#proved.get(flow)?.set(KINDS[held.method], held);
    return true;
  }
}
