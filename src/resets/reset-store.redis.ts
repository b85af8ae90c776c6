import type { Redis } from "ioredis";
import { DAY, HOUR } from "../kit/clock.ts";
import { BUCKETS } from "./account-tag.ts";
import type { StepEvent } from "./reset-flow.ts";
import { RESET_STEPS, VOID_OPEN } from "./reset-store.lua.ts";
import type { FlowAddress, ResetStore } from "./reset-store.ts";

/** Longer than the longest window of a counter, and than the life of a flow. */
const KEEP_ACCOUNT_MS = DAY + HOUR;

interface Scripted extends Redis {
  rekeyReset(flow: string, events: string, step: string, input: string, keepMs: number): Promise<string>;
  rekeyVoid(flow: string, account: string, events: string, eventId: string, counter: string): Promise<void>;
}

/** The state of running resets in Redis. The keys of one account share a hash tag, so that on a cluster each step is one call too. */
export function createRedisResetStore(redis: Redis): ResetStore {
  redis.defineCommand("rekeyReset", { numberOfKeys: 2, lua: RESET_STEPS });
  redis.defineCommand("rekeyVoid", { numberOfKeys: 3, lua: VOID_OPEN });
  const scripted = redis as Scripted;
  const run = async <Result>(name: string, address: FlowAddress, step: object): Promise<Result> =>
    JSON.parse(
      await scripted.rekeyReset(flowKey(address), streamKey(address.bucket), name, JSON.stringify(step), KEEP_ACCOUNT_MS),
    ) as Result;
  return {
    open: (address, step) => run("open", address, step),
    void: (address, { account, eventId, sources }) =>
      scripted.rekeyVoid(
        flowKey(address),
        `{${address.bucket}}:account:${account}`,
        streamKey(address.bucket),
        eventId,
        `${sources}:starts`,
      ),
    challenge: (address, step) => run("challenge", address, step),
    verify: (address, step) => run("verify", address, step),
    prove: (address, step) => run("prove", address, step),
    read: (address, step) => run("read", address, step),
    peek: (address, step) => run("peek", address, step),
    cancel: (address, step) => run("cancel", address, step),
    claim: (address, step) => run("claim", address, step),
    release: (address, step) => run("release", address, step),
    finish: (address, step) => run("finish", address, step),
    async events(limit) {
      const pipeline = redis.pipeline();
      for (const bucket of BUCKETS) pipeline.xrange(streamKey(bucket), "-", "+", "COUNT", limit);
      const answers = (await pipeline.exec()) ?? [];
      return answers.flatMap(([error, entries], index) => {
        if (error !== null) throw error;
        return (entries as [string, string[]][]).map(([id, fields]) => ({
          event: JSON.parse(fields[1] ?? "{}") as StepEvent,
          receipt: `${BUCKETS[index]} ${id}`,
        }));
      });
    },
    async forget(receipts) {
      if (receipts.length === 0) return;
      const pipeline = redis.pipeline();
      for (const receipt of receipts) {
        const [bucket = "", id = ""] = receipt.split(" ");
        pipeline.xdel(streamKey(bucket), id);
      }
      for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
    },
  };
}

function flowKey({ bucket, flowId }: FlowAddress): string {
  return `{${bucket}}:flow:${flowId}`;
}

function streamKey(bucket: string): string {
  return `{${bucket}}:events`;
}
