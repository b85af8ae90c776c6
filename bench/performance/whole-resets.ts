import { availableParallelism } from "node:os";
import { systemRandom } from "../../src/kit/random.ts";
import { spacedCode } from "../../src/methods/sent-code.ts";
import { createPasswordHasher } from "../../src/passwords/password-hasher.ts";
import type { Walker } from "../../test/soak/people.ts";
import type { Child } from "./child-process.ts";
import { median } from "./figures.ts";
import { createHttpClient } from "./http-client.ts";
import { inLanes } from "./load.ts";
import { processorMs } from "./process-figures.ts";
import { createResetWalk, newPassword, type ResetWalk } from "./reset-walk.ts";
import type { BenchWorld } from "./world.ts";

export interface WholeResets {
  readonly perSecond: number;
  /** Of the same parameters, as many at once as the product runs, on the machine without any other work. */
  readonly argon2PerSecond: number;
  /** Of one reset: the comparison with the current password, which may not come back, and the hash of the new one. */
  readonly argon2PerReset: number;
  /** Argon2 done in resets, of all that the machine could do; median of the rounds. */
  readonly ratio: number;
  /** Processor time of one reset, in milliseconds, by process. */
  readonly milliseconds: Readonly<Record<Part, number>>;
}

const PARTS = ["server", "worker", "postgres", "redis", "bench"] as const;
type Part = (typeof PARTS)[number];

const ARGON2_PER_RESET = 2;
const LANES = 12;
const RESETS = 240;
const ROUNDS = 3;
const ARGON2_SECONDS = 4;

/** Whole resets, mails and notices included, between two measurements of argon2 each: what the machine can do changes from second to second. */
export async function measureWholeResets(world: BenchWorld, server: Child, worker: Child): Promise<WholeResets> {
  const pids = { server: server.pid, worker: worker.pid, ...world.pids, bench: process.pid };
  await resets(world, server, 2 * LANES);
  let before = await argon2Rate();
  const rounds: { perSecond: number; argon2: number; milliseconds: Record<Part, number> }[] = [];
  for (let turn = 0; turn < ROUNDS; turn++) {
    const spent = () => PARTS.map((part) => processorMs(pids[part], part === "postgres"));
    const earlier = spent();
    const perSecond = await resets(world, server, RESETS);
    const later = spent();
    const after = await argon2Rate();
    const milliseconds = PARTS.map((part, index) => [part, ((later[index] ?? 0) - (earlier[index] ?? 0)) / RESETS]);
    rounds.push({ perSecond, argon2: (before + after) / 2, milliseconds: Object.fromEntries(milliseconds) as Record<Part, number> });
    before = after;
  }
  const milliseconds = PARTS.map((part) => [part, median(rounds.map((round) => round.milliseconds[part]))]);
  return {
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    argon2PerSecond: median(rounds.map(({ argon2 }) => argon2)),
    argon2PerReset: ARGON2_PER_RESET,
    ratio: median(rounds.map(({ perSecond, argon2 }) => (perSecond * ARGON2_PER_RESET) / argon2)),
    milliseconds: Object.fromEntries(milliseconds) as Record<Part, number>,
  };
}

/** Hashes a second that the machine can do, as many at once as the product runs. */
export async function argon2Rate(): Promise<number> {
  const concurrency = Math.min(availableParallelism(), 3);
  const hasher = createPasswordHasher({ random: systemRandom, concurrency });
  const end = performance.now() + ARGON2_SECONDS * 1000;
  let done = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (; performance.now() < end; done++) await hasher.hash("plum violin tuesday harbour");
    }),
  );
  return done / ((performance.now() - began) / 1000);
}

/** Answers how many a second, until the last notice is sent. */
async function resets(world: BenchWorld, { baseUrl }: Child, count: number): Promise<number> {
  const client = createHttpClient(baseUrl, LANES);
  const walk = createResetWalk(client, world.sentCodes);
  const people = Array.from({ length: count }, (_, index) => world.walkers[index % world.walkers.length] as Walker);
  const began = performance.now();
  await inLanes(people, LANES, (person) => resetOnce(world, walk, person));
  await world.house.settled();
  client.close();
  return count / ((performance.now() - began) / 1000);
}

async function resetOnce({ mails }: BenchWorld, walk: ResetWalk, { userPrincipalName, email }: Walker): Promise<void> {
  const reset = await walk.start(userPrincipalName);
  const challengeId = await walk.challenge(reset);
  // As a person does: without the mail, no code.
  await mails.received(email, spacedCode(walk.codeOf(reset, challengeId)));
  await walk.verify(reset, challengeId);
  await walk.setPassword(reset, newPassword());
}
