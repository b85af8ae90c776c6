import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startPostgres } from "../scripts/servers/postgres.mjs";
import { startRedis } from "../scripts/servers/redis.mjs";
import { systemRandom } from "../src/kit/random.ts";
import { createPasswordHasher } from "../src/passwords/password-hasher.ts";
import { manyPeople } from "../test/builders/many-people.ts";
import { request } from "../test/journeys/api-call.ts";
import { createInstallation, type Installation } from "../test/journeys/installation.ts";
import { builtProgram } from "../test/journeys/service-process.ts";
import { freePort } from "../test/journeys/waiting.ts";
import { type Child, startChild } from "./performance/child-process.ts";
import { processorMs, residentMb } from "./performance/process-figures.ts";
import { argon2Rate } from "./performance/whole-resets.ts";

/**
 * Resets in bulk: how many a second of what argon2 alone does in the same run, and the memory of the worker on the way. Then how long it takes to put
 * everybody into a job. People have a password and no address: no notice goes to them.
 */
const { values } = parseArgs({
  options: { people: { type: "string", default: "5000" }, everybody: { type: "string", default: "100000" } },
});
const [PEOPLE, EVERYBODY] = [Number(values.people), Number(values.everybody)];
const PATH = "/v1/password-reset-jobs";
/** NODE_ENV cannot be `production`, which refuses such limits. */
const SETTINGS = { LIMITS_FACTOR: "1000000", LOG_LEVEL: "info", NODE_ENV: "development" };

const last: (() => unknown)[] = [];
try {
  await measure();
} finally {
  for (const step of last.splice(0).reverse()) await step();
}

async function measure(): Promise<void> {
  const postgres = await startPostgres();
  last.push(() => postgres.stop());
  const redis = await startRedis();
  last.push(() => redis.stop());
  process.env.TEST_DATABASE_URL = postgres.url;
  process.env.TEST_REDIS_URL = redis.url;
  const house = await createInstallation({ teardown: (step: () => unknown) => void last.push(step) }, SETTINGS);
  const names = await furnish(house);
  const program = builtProgram();
  const child = async (role: "server" | "worker"): Promise<Child> => {
    const place = { name: role, port: await freePort(), ready: "/readyz" };
    const running = await startChild(program, { ...house.env, ROLE: role }, place);
    last.push(() => running.stop());
    return running;
  };
  const before = await argon2Rate();
  const [server, worker] = [await child("server"), await child("worker")];
  const call = (method: string, path: string, options: object = {}) => request(server.baseUrl, method, path, options);
  const token = await house.appToken({ call, outbox: async () => [] });
  const headers = { "content-type": "text/csv" };
  const began = performance.now();
  const { id } = (await call("POST", PATH, { token, headers, body: `userPrincipalName\n${names.join("\n")}\n` })).json;
  console.log(`${PEOPLE} people in a file: taken after ${seconds(began)} s`);
  const pids = { worker: worker.pid, postgres: postgres.pid, redis: redis.pid };
  const spent = () => Object.entries(pids).map(([name, pid]) => [name, processorMs(pid, name === "postgres")] as const);
  const earlier = spent();
  const reached = async (share: number) => {
    for (;;) {
      const { done, state } = (await call("GET", `${PATH}/${id}`, { token })).json;
      if (done >= share * PEOPLE || state !== "running") return;
      await pause(200);
    }
  };
  await reached(0.1);
  const from = { at: performance.now(), memory: residentMb(worker.pid) };
  const doneFrom = (await call("GET", `${PATH}/${id}`, { token })).json.done;
  await reached(0.9);
  const to = { at: performance.now(), memory: residentMb(worker.pid) };
  const doneTo = (await call("GET", `${PATH}/${id}`, { token })).json.done;
  await reached(1);
  const later = spent();
  await worker.stop();
  const after = await argon2Rate();
  const rate = ((doneTo - doneFrom) * 1000) / (to.at - from.at);
  const bare = (before + after) / 2;
  console.log(`argon2 alone ${before.toFixed(1)}/s before, ${after.toFixed(1)}/s after`);
  console.log(
    `the job ${rate.toFixed(1)}/s: ${((100 * rate) / bare).toFixed(0)} % of it; 100,000 people: ${(100_000 / rate / 60).toFixed(0)} minutes`,
  );
  const each = later.map(([name, ms], index) => `${name} ${((ms - (earlier[index]?.[1] ?? 0)) / PEOPLE).toFixed(1)} ms`);
  console.log(`processor time of each: ${each.join(", ")}`);
  const memory = ({ now, peak }: { now: number; peak: number }) => `${now.toFixed(0)} MB, at most ${peak.toFixed(0)} MB`;
  console.log(`memory of the worker at 10 %: ${memory(from.memory)}; at 90 %: ${memory(to.memory)}`);
  const idle = residentMb(server.pid);
  const asked = performance.now();
  const everybody = (await call("POST", PATH, { token, body: { users: "all" } })).json;
  console.log(
    `${everybody.total} people by "all": taken after ${seconds(asked)} s; server ${memory(idle)} before, ${memory(residentMb(server.pid))} after`,
  );
  await call("POST", `${PATH}/${everybody.id}/cancel`, { token });
  await changeEverybody(call, token, await child("worker"));
}

/** The same machinery without the hashing, over everybody: whether the memory of a worker stays level in a long job. */
async function changeEverybody(
  call: (...asked: [string, string, object]) => ReturnType<typeof request>,
  token: string,
  worker: Child,
): Promise<void> {
  const path = "/v1/password-change-jobs";
  const began = performance.now();
  const { id, total } = (await call("POST", path, { token, body: { users: "all" } })).json;
  const memory: string[] = [];
  for (let tenths = 1; tenths <= 10; tenths++) {
    let job: { done: number; state: string };
    do {
      await pause(200);
      job = (await call("GET", `${path}/${id}`, { token })).json;
    } while (job.state === "running" && job.done < (tenths / 10) * total);
    memory.push(residentMb(worker.pid).now.toFixed(0));
  }
  const took = (performance.now() - began) / 1000;
  console.log(
    `${total} forced changes: ${took.toFixed(0)} s, ${(total / took).toFixed(0)}/s; the worker at each tenth: ${memory.join(", ")} MB`,
  );
}

async function furnish(house: Installation): Promise<string[]> {
  const { id: tenantId, domain } = house.demo.tenant;
  const phc = await createPasswordHasher({ random: systemRandom, concurrency: 1 }).hash("plum violin tuesday harbour");
  const names = await manyPeople(house.connection, { tenantId, domain, count: PEOPLE, phc });
  const rest = Math.max(0, EVERYBODY - PEOPLE);
  await manyPeople(house.connection, { tenantId, domain, count: rest, phc, prefix: "rest" });
  await house.connection.pool.query("vacuum analyze");
  return names;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
