// `npm run test:kill [-- --kills 100 --resets 500]`: kills servers and workers at random moments while resets walk over them, then looks
// whether passwords, records, messages and jobs agree. Starts its own PostgreSQL and Redis. Prints one JSON document; exit code 1 when
// anything is amiss.
import { parseArgs } from "node:util";
import { killWalk } from "../test/soak/kill-walk.ts";
import { startPostgres } from "./servers/postgres.mjs";
import { startRedis } from "./servers/redis.mjs";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    resets: { type: "string", default: "500" },
    each: { type: "string", default: "2" },
    "at-once": { type: "string", default: "6" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    signal: { type: "string", default: "SIGKILL" },
  },
});
const seed = Number(values.seed);
const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
process.env.TEST_DATABASE_URL = postgres.url;
process.env.TEST_REDIS_URL = redis.url;
const last: (() => unknown)[] = [() => Promise.all([postgres.stop(), redis.stop()])];

let shown = 0;
const walked = await killWalk(
  { teardown: (step: () => unknown) => void last.push(step) },
  {
    kills: Number(values.kills),
    resets: Number(values.resets),
    each: Number(values.each),
    atOnce: Number(values["at-once"]),
    signal: values.signal === "SIGTERM" ? "SIGTERM" : "SIGKILL",
    chance: chanceFrom(seed),
    progress(kills, resets) {
      if (resets - shown < 25) return;
      shown = resets;
      process.stderr.write(`${kills} of ${values.kills} kills, ${resets} resets\n`);
    },
  },
).finally(async () => {
  for (const step of last.toReversed()) await step();
});
const { exits, ...figures } = walked;
const exitsOf = Object.fromEntries([...new Set(exits)].map((exit) => [exit, exits.filter((other) => other === exit).length]));
process.stdout.write(`${JSON.stringify({ seed, kills: exits.length, exits: exitsOf, ...figures }, null, 2)}\n`);
process.exitCode = walked.breaches.length > 0 || walked.stepEventsMissing > 0 ? 1 : 0;

/** The same moments again for the same seed, as far as a machine can: a linear congruential generator (Numerical Recipes). */
function chanceFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
