import { Redis } from "ioredis";
import type { Test } from "tap";
import { type Answer, type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { setPassword, signIn, startReset, verify } from "../journeys/reset-steps.ts";
import { BEHIND_PROXY } from "../security/sources.ts";
import { callsThatNeedState, type PendingReset, pendingReset, readiness, unavailable, untilServing } from "./without-redis.ts";

interface Node {
  readonly pid: number;
  readonly port: number;
}

/** Several servers that stand in for one. */
export interface Servers {
  readonly url: string;
  /** Who serves the keys with this hash tag. */
  masterOf(bucket: string): Promise<Node>;
  /** Resolves when another has taken the place of that one. */
  promoted(instead: Node): Promise<void>;
}

const WRONG = "00000000";

/**
 * The master dies (SIGKILL) or hangs (SIGSTOP) while resets run and wrong codes come in. What had reached a replica goes on where it was: the
 * right code is good, and the tries of a code stay used up. In between nothing is decided.
 */
export async function loseTheMaster(t: Test, servers: Servers, signal: "SIGKILL" | "SIGSTOP"): Promise<void> {
  const run = await startProduct(t, { env: { ...BEHIND_PROXY, REDIS_URL: servers.url } });
  const { userPrincipalName, password } = run.person("henrik");
  const { accessToken } = (await signIn(run, userPrincipalName, password)).json;
  const mine = await pendingReset(run, "henrik");
  const attacked = await pendingReset(run, "henrik");
  t.same(await statusesOf(3, () => wrongCode(run, attacked)), [422, 422, 422], "three of five tries are used up");
  const bucket = mine.reset.id.slice(0, 3);
  const master = await servers.masterOf(bucket);
  await reachReplicas(master.port, bucket);

  const storm = Array.from({ length: 40 }, () => wrongCode(run, attacked));
  await Promise.race(storm);
  process.kill(master.pid, signal);
  t.teardown(() => signal === "SIGSTOP" && process.kill(master.pid, "SIGCONT"));
  const calls = callsThatNeedState(run, mine, accessToken);
  const gap = ["start of a reset", "wrong code", "new password", "view of a reset"].map(
    async (name) => [name, await calls[name]?.()] as const,
  );
  const [ready, ...refused] = await Promise.all([readiness(run), ...gap]);
  t.same(ready, { status: 503, state: false }, "it says that it cannot serve");
  for (const [name, answer] of refused) unavailable(t, answer as Answer, name);
  const statuses = (await Promise.all(storm)).map(({ status }) => status);
  t.ok(
    statuses.every((status) => [422, 429, 503].includes(status)),
    `wrong codes meanwhile: ${tally(statuses)}`,
  );

  await servers.promoted(master);
  await untilServing(t, run);
  t.ok(
    (await statusesOf(8, () => wrongCode(run, attacked))).filter((status) => status === 422).length <= 2,
    "the three tries stay used up",
  );
  t.equal((await wrongCode(run, attacked)).status, 429);
  t.equal((await setPassword(run, mine.reset, "plum violin harbour tuesday")).json.code, "gates-not-passed");
  t.equal((await verify(run, mine.reset, mine.challengeId, mine.code)).status, 200, "a reset goes on where it was");
  t.equal((await setPassword(run, mine.reset, "plum violin harbour tuesday")).status, 204);
  t.equal((await signIn(run, userPrincipalName, "plum violin harbour tuesday")).status, 200);
  t.equal((await run.call("GET", "/v1/me", { token: accessToken })).status, 401, "a token from before the reset is dead");
  t.equal((await startReset(run, userPrincipalName)).id.slice(0, 3), bucket);
}

function wrongCode(run: StartedProduct, { reset, challengeId }: PendingReset): Promise<Answer> {
  return verify(run, reset, challengeId, WRONG);
}

async function statusesOf(times: number, call: () => Promise<Answer>): Promise<number[]> {
  const statuses: number[] = [];
  for (let turn = 0; turn < times; turn++) statuses.push((await call()).status);
  return statuses;
}

function tally(statuses: readonly number[]): string {
  return JSON.stringify(Object.fromEntries([...Map.groupBy(statuses, (status) => status)].map(([status, all]) => [status, all.length])));
}

/** Everything written so far has reached a replica: promotion is to lose nothing that a test expects. */
export async function reachReplicas(port: number, bucket: string): Promise<void> {
  const redis = new Redis({ host: "127.0.0.1", port });
  await redis.set(`{${bucket}}:marker`, "1", "PX", 1_000);
  await until(async () => (await redis.wait(1, 1_000)) >= 1);
  redis.disconnect();
}
