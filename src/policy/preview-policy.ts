import { faulty } from "../kit/field-faults.ts";
import { Problem } from "../kit/problem.ts";
import { createShortQueues } from "../kit/short-queues.ts";
import type { ChallengeMethod } from "../methods/method.ts";
import type { TenantFacts } from "../tenants/tenant.ts";
import type { TenantStore } from "../tenants/tenant-store.ts";
import { decideTenantPolicy } from "./decide-policy.ts";
import { type IneligibleReason, judgeEligibility } from "./eligibility.ts";
import type { JsonObject } from "./merge-patch.ts";
import { type GroupClass, groupClasses, type PeopleShape, type PersonOfShape, type ShapeKey } from "./people-shapes.ts";
import type { PolicyStore } from "./policy-store.ts";
import { unknownGroupFaults } from "./unknown-groups.ts";

/** How many of those who would lose are named. */
export const STRANDED_NAMED = 100;

/** What a change of the policy would do, in people. */
export interface PolicyPreview {
  readonly canResetBefore: number;
  readonly canResetAfter: number;
  readonly gains: number;
  readonly loses: number;
  /** Can before, cannot after; some of them by name. */
  readonly stranded: { readonly count: number; readonly sample: readonly StrandedPerson[] };
  /** Can before and after, or neither. */
  readonly unchanged: number;
}
export interface StrandedPerson {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly reason: IneligibleReason;
}

interface Deps {
  readonly tenants: TenantStore;
  readonly unknownGroups: PolicyStore["unknownGroups"];
  readonly readShapes: (tenant: TenantFacts, groups: readonly GroupClass[], now: number) => Promise<PeopleShape[]>;
  readonly readPeople: (
    tenant: TenantFacts,
    groups: readonly GroupClass[],
    now: number,
    wanted: { keys: readonly ShapeKey[]; limit: number },
  ) => Promise<PersonOfShape[]>;
  readonly deliverable: ReadonlySet<ChallengeMethod>;
}

/**
 * Judges everybody by the policy as it is and as it would be after a merge patch, by the rules that decide. Nothing is changed.
 * @throws {Problem} `invalid-request` for what `PATCH /v1/policy` would refuse
 */
export type PreviewPolicy = (tenantId: string, patch: JsonObject, now: number) => Promise<PolicyPreview>;

/** Of one organisation, in this process. */
const WAITING_AT_MOST = 2;

/** One after the other for each organisation, for each reads everybody. @throws {Problem} `unavailable` where others wait already */
export function oneAtATime(preview: PreviewPolicy): PreviewPolicy {
  const queues = createShortQueues(WAITING_AT_MOST);
  return async (tenantId, ...asked) => {
    const turn = queues(tenantId, () => preview(tenantId, ...asked));
    if (turn === null)
      throw new Problem("unavailable", { detail: "Others are trying a policy out. Wait for them to end.", retryAfter: 10 });
    return turn;
  };
}

export function createPreviewPolicy({ tenants, unknownGroups, readShapes, readPeople, deliverable }: Deps): PreviewPolicy {
  return async (tenantId, patch, now) => {
    const { facts } = await tenants.read(tenantId);
    const decision = decideTenantPolicy(facts, patch);
    if (decision.outcome !== "accepted") throw faulty(decision.outcome === "faulty" ? decision.faults : []);
    const { policy } = decision.policies;
    const unknown = await unknownGroups(tenantId, policy.groups);
    if (unknown.length > 0) throw faulty(unknownGroupFaults(unknown));
    const groups = groupClasses(facts.policy.groups, policy.groups);
    const shapes = await readShapes(facts, groups, now);
    const { lost, ...counts } = compareShapes(shapes, { ...facts, policy }, { now, deliverable });
    const people = await readPeople(facts, groups, now, { keys: [...lost.keys()], limit: STRANDED_NAMED });
    const sample = people.flatMap(({ id, userPrincipalName, key }) => {
      const reason = lost.get(key);
      return reason === undefined ? [] : [{ id, userPrincipalName, reason }];
    });
    return { ...counts, stranded: { count: counts.loses, sample } };
  };
}

/** The counts, and why each shape that loses does. */
export function compareShapes(
  shapes: readonly PeopleShape[],
  after: TenantFacts,
  circumstances: { now: number; deliverable: ReadonlySet<ChallengeMethod> },
) {
  const counts = { canResetBefore: 0, canResetAfter: 0, gains: 0, loses: 0, unchanged: 0 };
  const lost = new Map<ShapeKey, IneligibleReason>();
  for (const { key, account, count } of shapes) {
    const could = judgeEligibility(account, circumstances).canReset;
    const { canReset, reason } = judgeEligibility({ ...account, tenant: after }, circumstances);
    if (could) counts.canResetBefore += count;
    if (canReset) counts.canResetAfter += count;
    if (could === canReset) counts.unchanged += count;
    else if (canReset) counts.gains += count;
    else counts.loses += count;
    if (could && reason !== null) lost.set(key, reason);
  }
  return { ...counts, lost };
}
