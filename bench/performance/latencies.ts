import { setTimeout as pause } from "node:timers/promises";
import type { Walker } from "../../test/soak/people.ts";
import type { Child } from "./child-process.ts";
import { type Latency, latencyOf } from "./figures.ts";
import { createHttpClient, type HttpClient } from "./http-client.ts";
import { onSchedule } from "./load.ts";
import { createResetWalk, newPassword } from "./reset-walk.ts";
import type { BenchWorld } from "./world.ts";

/** People who arrive on a schedule: each starts, asks, proves, half a second between; every fourth sets a password too. */
export const PEOPLE_PER_SECOND = 40;
const SECONDS = 12;
const STEP_MS = 500;
const PASSWORD_EVERY = 4;

export type MixedLatencies = Readonly<Record<"start" | "challenge" | "verify" | "password", Latency>>;

export async function measureLatencies(world: BenchWorld, { baseUrl }: Child): Promise<MixedLatencies> {
  const client = createHttpClient(baseUrl, 64);
  const walk = createResetWalk(client, world.sentCodes);
  const times = { start: [] as number[], challenge: [] as number[], verify: [] as number[], password: [] as number[] };
  await onSchedule(PEOPLE_PER_SECOND, SECONDS, async (due, index) => {
    const at = async <Result>(step: keyof typeof times, place: number, work: () => Promise<Result>): Promise<Result> => {
      const begins = due + place * STEP_MS;
      await pause(Math.max(0, begins - performance.now()));
      const result = await work();
      times[step].push(performance.now() - begins);
      return result;
    };
    const { userPrincipalName } = world.walkers[index % world.walkers.length] as Walker;
    const reset = await at("start", 0, () => walk.start(userPrincipalName));
    const challengeId = await at("challenge", 1, () => walk.challenge(reset));
    await at("verify", 2, () => walk.verify(reset, challengeId));
    if (index % PASSWORD_EVERY === 0) await at("password", 3, () => walk.setPassword(reset, newPassword()));
  });
  client.close();
  await world.house.settled();
  const { start, challenge, verify, password } = times;
  return { start: latencyOf(start), challenge: latencyOf(challenge), verify: latencyOf(verify), password: latencyOf(password) };
}

export const STARTS_PER_SECOND = 100;
const TURN_SECONDS = 3;
const TURNS = 4;

/** `start` while nobody hashes and while all hashing slots are taken and others wait, in turns. */
export async function measureBusyStarts(world: BenchWorld, { baseUrl }: Child): Promise<{ idle: Latency; busy: Latency }> {
  const client = createHttpClient(baseUrl, 64);
  const hashing = createHttpClient(baseUrl, HASHING_LANES);
  const times = { idle: [] as number[], busy: [] as number[] };
  for (let turn = 0; turn < 2 * TURNS; turn++) {
    const kind = turn % 2 === 0 ? "idle" : "busy";
    const busy = kind === "busy" ? keepHashing(hashing) : null;
    await starts(world, client, times[kind]);
    await busy?.stop();
  }
  client.close();
  hashing.close();
  await world.house.settled();
  return { idle: latencyOf(times.idle), busy: latencyOf(times.busy) };
}

async function starts(world: BenchWorld, client: HttpClient, times: number[]): Promise<void> {
  const walk = createResetWalk(client, world.sentCodes);
  await onSchedule(STARTS_PER_SECOND, TURN_SECONDS, async (due, index) => {
    await walk.start(world.walkers[index % world.walkers.length]?.userPrincipalName ?? "");
    times.push(performance.now() - due);
  });
}

/** More than there are slots, so that none is ever free. */
const HASHING_LANES = 8;

/** Sign-ins of nobody: one hash each, and little else. */
function keepHashing(client: HttpClient): { stop(): Promise<void> } {
  let stopped = false;
  const lanes = Array.from({ length: HASHING_LANES }, async () => {
    const body = { userPrincipalName: "nobody.there@contoso.example", password: "plum violin tuesday harbour" };
    while (!stopped) await client.post("/v1/sign-in", { body, status: 401 });
  });
  return {
    async stop() {
      stopped = true;
      await Promise.all(lanes);
    },
  };
}
