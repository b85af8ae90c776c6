import { fileURLToPath } from "node:url";
import { startPostgres } from "../../scripts/servers/postgres.mjs";
import { startRedis } from "../../scripts/servers/redis.mjs";
import { createSentCodes, type SentCodes } from "../../src/methods/sent-code.ts";
import { createInstallation, type Installation } from "../../test/journeys/installation.ts";
import { builtProgram } from "../../test/journeys/service-process.ts";
import { freePort } from "../../test/journeys/waiting.ts";
import { createWalkers, type Walker } from "../../test/soak/people.ts";
import { type Child, startChild } from "./child-process.ts";
import { type MailSink, startMailSink } from "./mail-sink.ts";

/** Servers, people and a way to start the product, all on loopback. */
export interface BenchWorld {
  readonly house: Installation;
  readonly walkers: readonly Walker[];
  readonly sentCodes: SentCodes;
  readonly mails: MailSink;
  readonly redisUrl: string;
  /** Of the servers that the product uses. */
  readonly pids: { readonly postgres: number; readonly redis: number };
  /** The built program, as production runs it. */
  startProduct(role: "server" | "worker"): Promise<Child>;
  startBare(sample: string): Promise<Child>;
  stop(): Promise<void>;
}

/** More than come within the seconds of one measurement: whoever completes a reset ends the others of the same person. */
const PEOPLE = 600;

/** Limits are out of the way; all else is as by default, the log too. NODE_ENV cannot be `production`, which refuses such limits. */
const SETTINGS = { LIMITS_FACTOR: "1000000", LOG_LEVEL: "info", NODE_ENV: "development" };

/** @param settings further ones of postgresql.conf, for when a figure is to be explained */
export async function createWorld(settings: Readonly<Record<string, string>> = {}): Promise<BenchWorld> {
  const last: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of last.splice(0).reverse()) await step();
  };
  try {
    return { ...(await furnish(last, settings)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function furnish(last: (() => unknown)[], settings: Readonly<Record<string, string>>): Promise<Omit<BenchWorld, "stop">> {
  const postgres = await startPostgres({ settings });
  last.push(() => postgres.stop());
  const redis = await startRedis();
  last.push(() => redis.stop());
  process.env.TEST_DATABASE_URL = postgres.url;
  process.env.TEST_REDIS_URL = redis.url;
  const mails = await startMailSink();
  last.push(() => mails.stop());
  const house = await createInstallation({ teardown: (step: () => unknown) => void last.push(step) }, { ...SETTINGS, SMTP_URL: mails.url });
  const walkers = await createWalkers(house, PEOPLE);
  await house.connection.pool.query("analyze");
  const program = builtProgram();
  const child = async (name: string, started: readonly string[], env: Readonly<Record<string, string>>): Promise<Child> => {
    const running = await startChild(started, env, { name, port: await freePort(), ready: "/readyz" });
    last.push(() => running.stop());
    return running;
  };
  const bare = ["--import", import.meta.resolve("tsx"), fileURLToPath(new URL("bare-service.ts", import.meta.url))];
  return {
    house,
    walkers,
    sentCodes: createSentCodes(house.keyring, 8),
    mails,
    redisUrl: house.env.REDIS_URL ?? "",
    pids: { postgres: postgres.pid, redis: redis.pid },
    startProduct: (role) => child(role, [...profiling(role), ...program], { ...house.env, ROLE: role }),
    startBare: (sample) => child("bare", bare, { ...house.env, SAMPLE: sample }),
  };
}

/** `PROFILE=<folder>` writes a processor profile of each process of the product there, for when a figure is to be explained. */
function profiling(role: string): string[] {
  const { PROFILE = "" } = process.env;
  return PROFILE === "" ? [] : ["--cpu-prof", `--cpu-prof-dir=${PROFILE}`, `--cpu-prof-name=${role}-${Date.now()}.cpuprofile`];
}
