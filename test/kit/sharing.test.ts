import t from "tap";
import { shareRunOfEach } from "../../src/kit/shared-run.ts";
import { createShortQueues } from "../../src/kit/short-queues.ts";

t.test("those who ask about one while it is worked on share the run; others have their own, and failures are not kept", async (t) => {
  const runs: { key: string; end: PromiseWithResolvers<number> }[] = [];
  const ask = shareRunOfEach((key) => {
    const end = Promise.withResolvers<number>();
    runs.push({ key, end });
    return end.promise;
  });
  const answers = [ask("a"), ask("a"), ask("b")];
  t.same(
    runs.map(({ key }) => key),
    ["a", "b"],
  );
  runs[0]?.end.resolve(1);
  runs[1]?.end.reject(new Error("no"));
  t.match(await Promise.allSettled(answers), [{ value: 1 }, { value: 1 }, { status: "rejected" }]);
  const again = [ask("a"), ask("b")];
  t.equal(runs.length, 4);
  runs[2]?.end.resolve(3);
  runs[3]?.end.resolve(4);
  t.same(await Promise.all(again), [3, 4]);
});

t.test("one at a time for each key, in order, whatever becomes of it; beyond those who may wait nobody", async (t) => {
  const begun: string[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const queues = createShortQueues(2);
  const put = (key: string, name: string) =>
    queues(key, () => {
      begun.push(name);
      const end = Promise.withResolvers<void>();
      ends.push(end);
      return end.promise;
    });
  const [first, second, third] = [put("a", "first"), put("a", "second"), put("a", "third")];
  t.equal(put("a", "fourth"), null);
  const other = put("b", "other");
  await null;
  t.same(begun, ["first", "other"]);
  ends[0]?.reject(new Error("no"));
  await t.rejects(first ?? Promise.resolve());
  await new Promise(setImmediate);
  t.same(begun, ["first", "other", "second"]);
  const fifth = put("a", "fifth");
  for (const at of [1, 2]) ends[at]?.resolve();
  await Promise.all([other, second]);
  await new Promise(setImmediate);
  ends[3]?.resolve();
  await third;
  await new Promise(setImmediate);
  ends[4]?.resolve();
  await fifth;
  t.same(begun, ["first", "other", "second", "third", "fifth"]);
});
