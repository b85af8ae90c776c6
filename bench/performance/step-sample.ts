import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { Kysely, PostgresDialect } from "kysely";
import type { Database } from "../../src/database/schema.ts";
import { createMessageQueue } from "../../src/messages/message-queue.pg.ts";
import { createAccountStore } from "../../src/users/account-store.pg.ts";
import { domainOf, lookupKey } from "../../src/users/user-principal-name.ts";
import type { HttpClient } from "./http-client.ts";
import type { BenchWorld } from "./world.ts";

/** What one step does outside its process. */
interface Step {
  /** Arguments of EVALSHA, of one wave. */
  readonly calls: readonly (readonly string[])[];
  readonly statement: { readonly sql: string; readonly parameters: readonly unknown[] };
  readonly answer: object;
}

/** One reset of the product, taken down call by call, to be repeated without the product. */
export interface StepSample {
  readonly flowId: string;
  readonly challengeId: string;
  readonly start: Step;
  readonly challenge: Step;
  readonly verify: Step;
}

const ROOT = "/v1/password-resets";

/** Walks a reset of the product and listens to what it asks of Redis. To be called when nobody else calls, and its scripts are loaded. */
export async function takeSample({ house, walkers, sentCodes, redisUrl }: BenchWorld, client: HttpClient): Promise<StepSample> {
  const [person] = walkers;
  if (person === undefined) throw new Error("nobody is there");
  const { userPrincipalName: name, userId } = person;
  const heard: string[][] = [];
  const redis = new Redis(redisUrl);
  const monitor = await redis.monitor();
  monitor.on("monitor", (_time: string, args: string[], source: string) => {
    if (source !== "lua" && /^evalsha$/i.test(args[0] ?? "")) heard.push(args.slice(1));
  });
  const step = async <Answer extends object>(path: string, call: Parameters<HttpClient["post"]>[1], statement: () => Promise<unknown>) => {
    heard.length = 0;
    const answer = await client.post<Answer>(path, call);
    // Monitors are told after the caller.
    await pause(100);
    return { calls: [...heard], answer, statement: await recorded(statement) };
  };
  const { db, recorded } = recorder(house.connection.pool);
  const accounts = createAccountStore(db);

  const byName = () => accounts.findByName({ key: lookupKey(name), domain: domainOf(name) ?? "" }, "a source");
  const start = await step<{ id: string; token: string }>(ROOT, { body: { userPrincipalName: name }, status: 201 }, byName);
  const { id: flowId, token } = start.answer;
  const enqueue = () => createMessageQueue(db).enqueue({ task: "send-code", flowId, challengeId: "s-" });
  const asked = { token, body: { method: "email" }, status: 202 };
  const challenge = await step<{ challengeId: string }>(`${ROOT}/${flowId}/challenges`, asked, enqueue);
  const { challengeId } = challenge.answer;
  const code = sentCodes.derive({ purpose: "reset", flowId, challengeId });
  const path = `${ROOT}/${flowId}/challenges/${challengeId}/verify`;
  const verify = await step(path, { token, body: { code }, status: 200 }, () => accounts.findById(userId, ""));
  monitor.disconnect();
  redis.disconnect();
  const waves = [start, challenge, verify].map(({ calls }) => calls.length).join();
  if (waves !== "3,3,1") throw new Error(`the steps made ${waves} calls: the bare service would make others`);
  return { flowId, challengeId, start, challenge, verify };
}

function recorder(pool: BenchWorld["house"]["connection"]["pool"]) {
  let last: Step["statement"] | undefined;
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => {
      last = { sql: query.sql, parameters: query.parameters };
    },
  });
  const recorded = async (work: () => Promise<unknown>): Promise<Step["statement"]> => {
    await work();
    if (last === undefined) throw new Error("no statement was made");
    return last;
  };
  return { db, recorded };
}
