import type { Sealer } from "../keys/sealer.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { judge } from "./counter.ts";
import { type Limit, REFUSED_AT, scale } from "./limits.ts";
import type { ProofOfWork } from "./proof-of-work.ts";
import { sourceNetwork } from "./source.ts";
import type { ThrottleStore } from "./throttle-store.ts";

interface Deps {
  readonly throttle: ThrottleStore;
  readonly proofOfWork: ProofOfWork;
  readonly sealer: Sealer;
}

/** A kind of call that anybody may make and that sends something. */
export interface AnonymousCall {
  /** Of its counters. */
  readonly name: string;
  readonly ofSource: readonly Limit[];
  readonly ofAll: readonly Limit[];
}

/**
 * As the start of a reset: work when it runs hot, and a wall for a source that goes far beyond. One wave.
 * @param answer the work that came with the call
 * @throws {Problem} `proof-of-work-required`, `too-many-attempts`
 */
export async function admitCall(
  { throttle, proofOfWork, sealer }: Deps,
  { name, ofSource, ofAll }: AnonymousCall,
  { address, answer, now }: { address: string; answer: string | undefined; now: number },
): Promise<void> {
  const work = answer === undefined ? null : await proofOfWork.check(answer);
  const [source, all, fresh] = await Promise.all([
    throttle.take(`${name}:source:${sealer.tag("source", sourceNetwork(address))}`, ofSource, now),
    throttle.take(`${name}:all`, ofAll, now),
    work === null ? true : throttle.once(`work:${work.id}`, work.until, now),
  ]);
  const wall = judge(source, scale(ofSource, REFUSED_AT), now);
  if (wall.over) throw tooManyAttempts(wall.retryAt - now);
  const hot = judge(source, ofSource, now).over || judge(all, ofAll, now).over;
  if (!fresh || (hot && work === null))
    throw new Problem("proof-of-work-required", { extensions: { challenge: await proofOfWork.challenge() } });
}
