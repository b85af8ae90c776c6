import { type ChallengeMethod, METHODS } from "../../src/methods/method.ts";
import { createSentCodes } from "../../src/methods/sent-code.ts";
import { judgeEligibility } from "../../src/policy/eligibility.ts";
import { methodsOfTenant } from "../../src/policy/tenant-policy.ts";
import { newFlowAddress } from "../../src/resets/account-tag.ts";
import { laterMethodOf, newChallengeId } from "../../src/resets/challenge-id.ts";
import { judgeProofs } from "../../src/resets/judge-flow.ts";
import { newFlow } from "../../src/resets/new-flow.ts";
import type { FlowMethod, ResetFlow } from "../../src/resets/reset-flow.ts";
import type { ResetStore } from "../../src/resets/reset-store.ts";
import { needsTwoGates } from "../../src/users/roles.ts";
import { keyringOf } from "../builders/keyring.ts";
import { accountNumber, countedBytes } from "../builders/reset-flow.ts";
import { newStepId, type ResetWalk, walkOn } from "../builders/reset-walk.ts";
import { DELIVERABLE, GateWorld, type Person, type ValueName } from "./gate-world.ts";
import { type Held, ProofOracle } from "./proof-oracle.ts";

const ACCOUNTS = { nina: accountNumber(11), omar: accountNumber(11), nobody: accountNumber(12) };
const codes = createSentCodes(keyringOf("gates"), 8);

/** Something is open that nobody proved, or shut although it was. */
export class GateBreach extends Error {}

interface Slot {
  flow: ResetFlow;
  readonly challenges: string[];
  waiting?: { challengeId: string; held: Held | undefined; target: FlowMethod | undefined };
}

/** Resets on a real store, watched by an oracle: every step compares what the service does with what was really proved. */
export class GateWalk {
  readonly world = new GateWorld();
  readonly oracle = new ProofOracle();
  readonly slots: (Slot | undefined)[] = [undefined, undefined, undefined];
  /** How often what happened. */
  readonly met: Record<string, number> = {};
  readonly #walk: ResetWalk;

  constructor(store: ResetStore) {
    this.#walk = walkOn(store);
  }

  async open(slot: number, person: Person | "nobody"): Promise<void> {
    const account = person === "nobody" ? null : this.world.account(person);
    const judged = account ?? this.world.account("nina");
    const { tenant } = judged;
    const eligibility = judgeEligibility(judged, { now: this.#walk.now, deliverable: DELIVERABLE });
    const flow = newFlow(
      {
        id: newFlowAddress(ACCOUNTS[person], countedBytes).flowId,
        account: ACCOUNTS[person],
        token: newStepId("token"),
        purpose: "reset",
        found: { tenant, account, judged },
        eligibility,
        offered: methodsOfTenant(tenant.policy, tenant.administratorPolicy, DELIVERABLE),
        now: this.#walk.now,
      },
      "sealed",
      { random: countedBytes, resetTtlSeconds: 900 },
    );
    const { outcome } = await this.#walk.open(flow, { workProved: true });
    this.#meet(`open ${outcome}`);
    this.oracle.began(flow.id, flow.decoy || person === "nobody" ? null : person);
    this.slots[slot] = { flow, challenges: [] };
  }

  async challenge(slot: number, method: ChallengeMethod, value?: ValueName): Promise<void> {
    const at = this.slots[slot];
    if (at === undefined) return;
    const challengeId = newChallengeId(method, countedBytes);
    const choice = value === undefined ? {} : { methodId: `${at.flow.userId ?? "nina"} ${value}` };
    const result = await this.#walk.challenge(at.flow, method, { challengeId, ...choice });
    this.#meet(`challenge ${result.outcome}`);
    if (result.outcome !== "challenged") return;
    at.challenges.push(challengeId);
    this.oracle.asked(at.flow.id, challengeId, method, result.expiresAt);
    const { challenge, decoy } = await this.#walk.kept(at.flow);
    // The worker sends where there is something behind the challenge, and to nobody in a decoy.
    const held = decoy || challenge?.target === undefined ? undefined : heldBy(challenge.target, method);
    if (held !== undefined && METHODS[method].sent) this.oracle.reached(challengeId, held);
  }

  /** Types the code of one challenge into the reset of a slot, as the answer to another challenge, or to the same. */
  async type(slot: number, challengeId: string | undefined, code: { of: string; flow: ResetFlow } | undefined): Promise<void> {
    const at = this.slots[slot];
    if (at === undefined || challengeId === undefined) return;
    // A sent code is no answer where nothing was sent: the id says by which way it is checked.
    if (laterMethodOf(challengeId) !== null) return this.typeOwn(slot, challengeId, "nina", false);
    const { id: flowId } = at.flow;
    const typed = code === undefined ? "no code" : codes.derive({ purpose: "reset", flowId: code.flow.id, challengeId: code.of });
    const matches = codes.matches({ purpose: "reset", flowId, challengeId }, typed);
    const { outcome } = await this.#walk.verify(at.flow, challengeId, matches ? "yes" : "no");
    this.#meet(`verify ${outcome}`);
    if (outcome === "invalid" || outcome === "limited") return;
    const proved = this.oracle.typed(flowId, challengeId, code?.flow.id === flowId ? code.of : "of another reset", this.#walk.now);
    this.#agree(outcome === "passed", proved, "a typed code");
  }

  /** Types what somebody has (app, saved codes) or knows (questions), right or wrong: counted now, judged by `prove`. */
  async typeOwn(slot: number, challengeId: string | undefined, whose: Person, right: boolean): Promise<void> {
    const at = this.slots[slot];
    if (at === undefined || challengeId === undefined || laterMethodOf(challengeId) === null) return;
    const result = await this.#walk.verify(at.flow, challengeId, "later");
    this.#meet(`verify ${result.outcome}`);
    if (result.outcome === "invalid" || result.outcome === "limited") return;
    this.#agree(result.outcome === "counted", this.oracle.tried(at.flow.id, challengeId, this.#walk.now), "a try");
    if (result.outcome !== "counted") return;
    const method = result.flow.challenge?.method ?? "email";
    const candidates = result.flow.decoy ? [] : (result.flow.methods[method] ?? []);
    const target = right ? candidates.find(({ id }) => id.startsWith(whose)) : undefined;
    at.waiting = { challengeId, target, held: target === undefined ? undefined : heldBy(target, method) };
  }

  async prove(slot: number): Promise<void> {
    const at = this.slots[slot];
    if (at?.waiting === undefined) return;
    const { challengeId, held, target } = at.waiting;
    delete at.waiting;
    const { outcome } = await this.#walk.prove(at.flow, challengeId, target);
    this.#meet(`prove ${outcome}`);
    if (outcome === "invalid") return;
    this.#agree(outcome === "passed", this.oracle.judged(at.flow.id, challengeId, held, this.#walk.now), "what was counted");
  }

  /** Sets the password, if the gates are open, as the service does: judge, claim, judge again under the locks, finish. */
  async complete(slot: number, between?: () => void): Promise<boolean> {
    const at = this.slots[slot];
    if (at === undefined || !(await this.isOpen(slot))) return false;
    const claimId = newStepId("claim");
    const claimed = await this.#walk.claim(at.flow, claimId);
    if (claimed.outcome === "invalid") return false;
    between?.();
    const open = this.#judge(claimed.flow);
    this.#agree(open, this.oracle.mayOpen(at.flow.id, this.world), "the final judgement");
    if (!open) {
      this.#meet("shut between claim and commit");
      await this.#walk.release(at.flow, claimId);
      return false;
    }
    await this.#walk.finish(at.flow);
    this.oracle.completed(at.flow.id);
    this.#meet(`completed ${this.#policyOf(claimed.flow)}`);
    // What is opened in the very millisecond of a change is void; people are not that fast.
    this.#walk.later(1);
    return true;
  }

  async cancel(slot: number): Promise<void> {
    const at = this.slots[slot];
    if (at === undefined) return;
    if ((await this.#walk.cancel(at.flow)).outcome === "found") this.oracle.over.add(at.flow.id);
  }

  wait(ms: number): void {
    this.#walk.later(ms);
  }

  /** Whether the reset of a slot has its gates open, which the oracle must confirm. */
  async isOpen(slot: number): Promise<boolean> {
    const at = this.slots[slot];
    if (at === undefined) return false;
    const found = await this.#walk.read(at.flow);
    if (found.outcome === "invalid") return false;
    if (this.oracle.over.has(at.flow.id)) throw new GateBreach("a reset that is over was read");
    const open = this.#judge(found.flow);
    this.#agree(open, this.oracle.mayOpen(at.flow.id, this.world), "the gates");
    if (open) this.#meet(`open ${this.#policyOf(found.flow)} after ${Object.keys(found.flow.proofs).sort().join(" and ")}`);
    return open;
  }

  #policyOf({ userId }: ResetFlow): string {
    return needsTwoGates(this.world.of(userId as Person).roles) ? "administrator" : "user";
  }

  #judge(flow: ResetFlow): boolean {
    if (flow.decoy || flow.userId === undefined) return false;
    const account = this.world.account(flow.userId as Person);
    return judgeProofs(flow, account, judgeEligibility(account, { now: this.#walk.now, deliverable: DELIVERABLE })).step === "open";
  }

  #agree(service: boolean, oracle: boolean, what: string): void {
    if (service !== oracle) throw new GateBreach(`${what}: the service says ${service}, what was really proved says ${oracle}`);
  }

  #meet(what: string): void {
    this.met[what] = (this.met[what] ?? 0) + 1;
  }
}

function heldBy({ id, revision }: FlowMethod, method: ChallengeMethod): Held {
  const [person, value] = id.split(" ") as [Person, ValueName];
  return { person, value, revision, method };
}
