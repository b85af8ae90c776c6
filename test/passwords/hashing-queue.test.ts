import t from "tap";
import { createHashingQueue, HashingOverloaded } from "../../src/passwords/hashing-queue.ts";

/** Work that ends when the test says so, and notes when it began. */
function handWork(started: number[]) {
  const ends: (() => void)[] = [];
  const work = (number: number) => () => {
    started.push(number);
    return new Promise<number>((resolve) => ends.push(() => resolve(number)));
  };
  return { work, ends };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

t.test("at most so many at once, in the order they came, the rest refused", async (t) => {
  const started: number[] = [];
  const { work, ends } = handWork(started);
  const queue = createHashingQueue({ concurrency: 2, maxQueue: 2 });
  const results = [0, 1, 2, 3].map((number) => queue(work(number)));
  await t.rejects(queue(work(4)), HashingOverloaded);
  t.same(started, [0, 1]);

  ends[1]?.();
  await settled();
  t.same(started, [0, 1, 2], "one place, one more");
  const late = queue(work(5));
  await t.rejects(queue(work(6)), HashingOverloaded, "the queue is full again");
  for (let at = 0; at < 5; at += 1) {
    for (const end of ends) end();
    await settled();
  }
  t.same(await Promise.all([...results, late]), [0, 1, 2, 3, 5]);
  t.same(started, [0, 1, 2, 3, 5]);
});

t.test("who comes while a place is handed on waits behind the others", async (t) => {
  const order: string[] = [];
  const queue = createHashingQueue({ concurrency: 1, maxQueue: 5 });
  const note = (name: string) => async () => void order.push(name);
  const first = queue(async () => {
    order.push("first");
  }).then(() => queue(note("late")));
  await Promise.all([first, queue(note("second")), queue(note("third"))]);
  t.same(order, ["first", "second", "third", "late"]);
});

t.test("work that fails gives its place back", async (t) => {
  const queue = createHashingQueue({ concurrency: 1, maxQueue: 0 });
  await t.rejects(
    queue(async () => {
      throw new Error("no memory");
    }),
    /no memory/,
  );
  await t.rejects(
    queue(() => {
      throw new Error("thrown at once");
    }),
    /thrown at once/,
  );
  t.equal(await queue(async () => 7), 7);
});

t.test("senseless bounds are refused", async (t) => {
  for (const concurrency of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => createHashingQueue({ concurrency, maxQueue: 1 }), RangeError);
  }
  for (const maxQueue of [-1, 0.5, Number.NaN]) t.throws(() => createHashingQueue({ concurrency: 1, maxQueue }), RangeError);
});
