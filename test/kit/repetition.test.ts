import t from "tap";
import { createRepetition } from "../../src/kit/repetition.ts";
import { until } from "../journeys/waiting.ts";

/** A rest that no test lives through: the next turn comes because it was asked for, or not at all. */
const LONG = 1_000_000;

t.test("turn after turn, also after one that failed, until stopped", async (t) => {
  let turns = 0;
  const failures: unknown[] = [];
  const repetition = createRepetition(
    async () => {
      turns++;
      if (turns === 2) throw new Error("away");
      return 0;
    },
    (error) => {
      failures.push(error);
      return 0;
    },
  );
  repetition.start();
  await until(async () => turns >= 4);
  t.match(failures, [{ message: "away" }]);
  await repetition.stop();
  const done = turns;
  repetition.soon();
  await repetition.stop();
  t.equal(turns, done);
});

t.test("soon: at once, never two at a time, and a stop waits for the one that runs", async (t) => {
  let running = 0;
  let most = 0;
  let turns = 0;
  let release = () => {};
  const repetition = createRepetition(
    async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => (release = resolve));
      running--;
      turns++;
      return LONG;
    },
    () => LONG,
  );
  repetition.start();
  await until(async () => running === 1);
  repetition.soon();
  release();
  await until(async () => turns === 1 && running === 1);
  const stopping = repetition.stop();
  release();
  await stopping;
  t.equal(turns, 2);
  t.equal(most, 1);
});
