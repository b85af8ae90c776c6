import type { Child } from "./child-process.ts";
import { median } from "./figures.ts";
import { createHttpClient } from "./http-client.ts";
import { inLanes } from "./load.ts";
import { processorMs } from "./process-figures.ts";
import { createResetWalk } from "./reset-walk.ts";
import { takeSample } from "./step-sample.ts";
import type { BenchWorld } from "./world.ts";

export const STEPS = ["start", "challenge", "verify"] as const;
export type StepName = (typeof STEPS)[number];

export interface StepFigures {
  readonly callsPerSecond: number;
  readonly bareCallsPerSecond: number;
  /** Of the rounds, the median: both were measured within seconds of each other. */
  readonly ratio: number;
  /** Processor time of the serving process alone. */
  readonly microseconds: number;
  readonly bareMicroseconds: number;
}

const LANES = 16;
const CALLS = 500;
const ROUNDS = 7;

type Round = Record<StepName, { perSecond: number; microseconds: number }>;

/**
 * The product and the bare routes in turn, in rounds of which the first warms up: so many starts, then a challenge and a right code for
 * each. No worker runs meanwhile, or it would work for one and not for the other.
 */
export async function measureSteps(world: BenchWorld, product: Child): Promise<Record<StepName, StepFigures>> {
  const client = createHttpClient(product.baseUrl, LANES);
  // Scripts are sent whole when they are used first over a connection.
  await round(world, product, 2 * LANES);
  const bare = await world.startBare(JSON.stringify(await takeSample(world, client)));
  client.close();
  const rounds: { product: Round; bare: Round }[] = [];
  for (let turn = 0; turn <= ROUNDS; turn++) {
    const productFirst = turn % 2 === 0;
    const before = productFirst ? await round(world, product) : null;
    const ofBare = await round(world, bare);
    rounds.push({ product: before ?? (await round(world, product)), bare: ofBare });
  }
  await bare.stop();
  await forgetRecords(world);
  return Object.fromEntries(STEPS.map((step) => [step, figuresOf(step, rounds.slice(1))])) as Record<StepName, StepFigures>;
}

function figuresOf(step: StepName, rounds: readonly { product: Round; bare: Round }[]): StepFigures {
  const middle = (read: (of: { product: Round; bare: Round }) => number) => median(rounds.map(read));
  return {
    callsPerSecond: middle(({ product }) => product[step].perSecond),
    bareCallsPerSecond: middle(({ bare }) => bare[step].perSecond),
    ratio: middle(({ product, bare }) => product[step].perSecond / bare[step].perSecond),
    microseconds: middle(({ product }) => product[step].microseconds),
    bareMicroseconds: middle(({ bare }) => bare[step].microseconds),
  };
}

async function round({ walkers, sentCodes }: BenchWorld, { baseUrl, pid }: Child, calls = CALLS): Promise<Round> {
  const client = createHttpClient(baseUrl, LANES);
  const walk = createResetWalk(client, sentCodes);
  const timed = async <Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>) => {
    const before = processorMs(pid);
    const { results, seconds } = await inLanes(items, LANES, work);
    const microseconds = ((processorMs(pid) - before) * 1000) / items.length;
    return { results, figures: { perSecond: items.length / seconds, microseconds } };
  };
  const names = Array.from({ length: calls }, (_, index) => walkers[index % walkers.length]?.userPrincipalName ?? "");
  const start = await timed(names, walk.start);
  const challenge = await timed(start.results, async (reset) => ({ reset, challengeId: await walk.challenge(reset) }));
  const verify = await timed(challenge.results, async ({ reset, challengeId }) => {
    if ((await walk.verify(reset, challengeId)).next !== "password") throw new Error("a right code did not open the reset");
  });
  client.close();
  return { start: start.figures, challenge: challenge.figures, verify: verify.figures };
}

/** What the rounds left for a worker: it has no part in what comes next. */
async function forgetRecords({ house, redisUrl }: BenchWorld): Promise<void> {
  const { Redis } = await import("ioredis");
  await house.connection.pool.query("delete from graphile_worker._private_jobs");
  const redis = new Redis(redisUrl);
  await redis.flushdb();
  redis.disconnect();
}
