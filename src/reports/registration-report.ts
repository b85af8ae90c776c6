import type { MethodType } from "../methods/method.ts";
import { type Circumstances, type IneligibleReason, judgeEligibility } from "../policy/eligibility.ts";
import type { PeopleShape } from "../policy/people-shapes.ts";

/** Who can reset alone, in the words of Microsoft's report: enabled by policy, registered, and capable, which is both. */
export interface RegistrationReport {
  /** Everybody who is not deleted. */
  readonly people: number;
  readonly licensed: number;
  /** Every rule but the one about methods lets them. */
  readonly enabled: number;
  /** They have as many different usable methods as their policy asks for. */
  readonly registered: number;
  /** They can reset now. */
  readonly capable: number;
  /** Those whom the administrators' policy judges; they are among the figures above. */
  readonly administrators: { readonly people: number; readonly registered: number; readonly capable: number };
  readonly byMethod: MethodFigures[];
  /** Those who cannot, by the first rule that fails. */
  readonly byReason: { readonly reason: IneligibleReason; readonly people: number }[];
}

/** People who have a type of method at all, and those of them who have verified one. */
export interface MethodFigures {
  readonly type: MethodType;
  readonly people: number;
  readonly verified: number;
}

interface Group {
  readonly count: number;
  readonly licensed: boolean;
  readonly administrators: boolean;
  readonly enabled: boolean;
  readonly registered: boolean;
  readonly reason: IneligibleReason | null;
}

/** Judges each shape of people once, by the rules that decide about a reset. */
export function registrationReport(
  shapes: readonly PeopleShape[],
  byMethod: MethodFigures[],
  circumstances: Circumstances,
): RegistrationReport {
  const groups = shapes.map((shape) => groupOf(shape, circumstances));
  const administrators = groups.filter((group) => group.administrators);
  return {
    people: peopleIn(groups),
    licensed: peopleIn(groups.filter(({ licensed }) => licensed)),
    enabled: peopleIn(groups.filter(({ enabled }) => enabled)),
    registered: registeredIn(groups),
    capable: capableIn(groups),
    administrators: { people: peopleIn(administrators), registered: registeredIn(administrators), capable: capableIn(administrators) },
    byMethod,
    byReason: reasonsOf(groups),
  };
}

function groupOf({ account, count }: PeopleShape, circumstances: Circumstances): Group {
  const { policy, reason, trace } = judgeEligibility(account, circumstances);
  const failed = trace.filter(({ outcome }) => outcome === "failed");
  return {
    count,
    reason,
    licensed: account.licensed,
    administrators: policy === "administrator",
    enabled: failed.every((rule) => rule.reason === "too-few-methods"),
    registered: failed.every((rule) => rule.reason !== "too-few-methods"),
  };
}

const peopleIn = (groups: readonly Group[]) => groups.reduce((sum, { count }) => sum + count, 0);
const registeredIn = (groups: readonly Group[]) => peopleIn(groups.filter(({ registered }) => registered));
const capableIn = (groups: readonly Group[]) => peopleIn(groups.filter(({ reason }) => reason === null));

function reasonsOf(groups: readonly Group[]): { reason: IneligibleReason; people: number }[] {
  const people = new Map<IneligibleReason, number>();
  for (const { reason, count } of groups) if (reason !== null) people.set(reason, (people.get(reason) ?? 0) + count);
  return [...people].map(([reason, count]) => ({ reason, people: count })).sort((a, b) => b.people - a.people);
}
