import t, { type Test } from "tap";
import { createMemoryResetStore } from "../../src/resets/reset-store.memory.ts";
import { createRedisResetStore } from "../../src/resets/reset-store.redis.ts";
import type { ResetStore } from "../../src/resets/reset-store.ts";
import { redisDatabase } from "../builders/redis-database.ts";
import { INSTALLATIONS, type InstallationKind, redisInstallation } from "../builders/redis-installation.ts";
import { challengeCases } from "./reset-store/challenge-cases.ts";
import { claimCases } from "./reset-store/claim-cases.ts";
import { decoyCases } from "./reset-store/decoy-cases.ts";
import { eventCases } from "./reset-store/event-cases.ts";
import { openCases } from "./reset-store/open-cases.ts";
import { proveCases } from "./reset-store/prove-cases.ts";
import { purposeCases } from "./reset-store/purpose-cases.ts";
import { raceCases } from "./reset-store/race-cases.ts";
import { reportCases } from "./reset-store/report-cases.ts";
import { verifyCases } from "./reset-store/verify-cases.ts";
import { wrongProofCases } from "./reset-store/wrong-proof-cases.ts";

/** Three nodes of one installation: an empty state, seen by three stores. */
export type Nodes = readonly [ResetStore, ResetStore, ResetStore];
export type NewNodes = () => Promise<Nodes>;

const suite = [
  openCases,
  challengeCases,
  verifyCases,
  wrongProofCases,
  proveCases,
  reportCases,
  claimCases,
  decoyCases,
  eventCases,
  raceCases,
  purposeCases,
];

const installed = (kind: InstallationKind) => async (t: Test) => {
  const installation = await redisInstallation(t, kind);
  const node = async () => createRedisResetStore(await installation.connect());
  const nodes: Nodes = [await node(), await node(), await node()];
  return async () => {
    await installation.empty();
    return nodes;
  };
};

const adapters: Record<string, (t: Test) => Promise<NewNodes>> = {
  memory: async () => async () => {
    const store = createMemoryResetStore();
    return [store, store, store];
  },
  redis: async (t) => {
    const database = await redisDatabase(t);
    const nodes: Nodes = [
      createRedisResetStore(database.connect()),
      createRedisResetStore(database.connect()),
      createRedisResetStore(database.connect()),
    ];
    return async () => {
      await database.empty();
      return nodes;
    };
  },
  ...Object.fromEntries(INSTALLATIONS.map((kind) => [kind, installed(kind)])),
};

for (const [name, start] of Object.entries(adapters)) {
  t.test(name, async (t) => {
    const nodes = await start(t);
    for (const cases of suite) await cases(t, nodes);
  });
}
