import type { Cluster, Redis } from "ioredis";
import { DAY, HOUR } from "../kit/clock.ts";
import { forgetEntries, readStreams, streamKey } from "./event-streams.redis.ts";
import type { StepEvent } from "./reset-flow.ts";
import { RESET_STEPS, VOID_OPEN } from "./reset-store.lua.ts";
import type { FlowAddress, ResetStore } from "./reset-store.ts";

/** Longer than the longest window of a counter, and than the life of a flow. */
const KEEP_ACCOUNT_MS = DAY + HOUR;

interface Scripts {
  rekeyReset(flow: string, events: string, step: string, input: string, keepMs: number): Promise<string>;
  rekeyResetOf(flow: string, events: string, account: string, step: string, input: string, keepMs: number): Promise<string>;
  rekeyVoid(flow: string, account: string, events: string, eventId: string, counter: string): Promise<void>;
}

/**
 * The state of running resets in Redis. The keys of one account share a hash tag, so that on a cluster each step is one call too. A call
 * whose answer is lost may have been executed, and is never repeated here; what that leaves behind stands in docs/operations.md.
 */
export function createRedisResetStore(redis: Redis | Cluster): ResetStore {
  redis.defineCommand("rekeyReset", { numberOfKeys: 2, lua: RESET_STEPS });
  redis.defineCommand("rekeyResetOf", { numberOfKeys: 3, lua: RESET_STEPS });
  redis.defineCommand("rekeyVoid", { numberOfKeys: 3, lua: VOID_OPEN });
  const scripts = redis as unknown as Scripts;
  const run = async <Result>(name: string, address: FlowAddress, step: object): Promise<Result> =>
    JSON.parse(
      await scripts.rekeyReset(flowKey(address), streamKey(address.bucket), name, JSON.stringify(step), KEEP_ACCOUNT_MS),
    ) as Result;
  /** Where the caller knows the account, not only the flow. */
  const runOf = async <Result>(account: string, name: string, address: FlowAddress, step: object): Promise<Result> => {
    const { bucket } = address;
    const keys = [flowKey(address), streamKey(bucket), accountKey(bucket, account)] as const;
    return JSON.parse(await scripts.rekeyResetOf(...keys, name, JSON.stringify(step), KEEP_ACCOUNT_MS)) as Result;
  };
  return {
    open: (address, step) => runOf(step.flow.account, "open", address, step),
    void: (address, { account, eventId, sources }) =>
      scripts.rekeyVoid(flowKey(address), accountKey(address.bucket, account), streamKey(address.bucket), eventId, `${sources}:starts`),
    challenge: (address, step) => run("challenge", address, step),
    retract: (address, step) => run("retract", address, step),
    report: (address, step) => run("report", address, step),
    verify: (address, step) => run("verify", address, step),
    prove: (address, step) => run("prove", address, step),
    read: (address, step) => run("read", address, step),
    peek: (address, step) => run("peek", address, step),
    cancel: (address, step) => run("cancel", address, step),
    claim: (address, step) => run("claim", address, step),
    release: (address, step) => run("release", address, step),
    finish: (address, step) => runOf(step.account, "finish", address, step),
    lift: (address, step) => runOf(step.account, "lift", address, step),
    async events(limit) {
      const entries = await readStreams(redis, limit);
      return entries.map(({ bucket, id, text }) => ({ event: JSON.parse(text) as StepEvent, receipt: `${bucket} ${id}` }));
    },
    forget: (receipts) => forgetEntries(redis, receipts.map(entryOf)),
  };
}

function entryOf(receipt: string): { bucket: string; id: string } {
  const [bucket = "", id = ""] = receipt.split(" ");
  return { bucket, id };
}

function flowKey({ bucket, flowId }: FlowAddress): string {
  return `{${bucket}}:flow:${flowId}`;
}

function accountKey(bucket: string, account: string): string {
  return `{${bucket}}:account:${account}`;
}
