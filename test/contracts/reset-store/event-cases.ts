import type { Test } from "tap";
import { accountNumber, flowOf } from "../../builders/reset-flow.ts";
import { walkOn } from "../../builders/reset-walk.ts";
import type { NewNodes } from "../reset-store.test.ts";

export async function eventCases(t: Test, nodes: NewNodes): Promise<void> {
  await t.test("events come oldest first in each bucket, and stay until they are forgotten", async (t) => {
    const walk = walkOn((await nodes())[0]);
    t.strictSame(await walk.store.events(10), []);
    const flows = [flowOf(accountNumber(1)), flowOf(accountNumber(1)), flowOf(accountNumber(2))] as const;
    const ids = ["a", "b", "c", "d", "e", "f"];
    await walk.open(flows[0], { eventId: "a" });
    await walk.open(flows[2], { eventId: "b" });
    await walk.open(flows[1], { eventId: "c" });
    await walk.challenge(flows[1], "email", { eventId: "d" });
    await walk.challenge(flows[2], "email", { eventId: "e" });
    await walk.challenge(flows[0], "email", { eventId: "f" });
    const of = async (bucket: string) => (await walk.events()).filter(({ flowId }) => flowId.startsWith(bucket)).map(({ id }) => id);
    t.strictSame(await of("b01"), ["a", "c", "d", "f"]);
    t.strictSame(await of("b02"), ["b", "e"]);
    t.strictSame(await of("b02"), ["b", "e"], "reading takes nothing away");

    const kept = await walk.store.events(10);
    t.strictSame(kept.map(({ event }) => event.id).sort(), ids);
    const receipts = kept.filter(({ event }) => event.id === "c" || event.id === "b").map(({ receipt }) => receipt);
    await walk.store.forget(receipts);
    t.strictSame(await of("b01"), ["a", "d", "f"]);
    t.strictSame(await of("b02"), ["e"]);
    await walk.store.forget(receipts);
    await walk.store.forget([]);
    t.strictSame(await of("b01"), ["a", "d", "f"], "forgetting twice forgets nothing more");
    await walk.store.forget(kept.map(({ receipt }) => receipt));
    t.strictSame(await walk.store.events(10), []);
  });

  await t.test("at most so many of a bucket at a time, the oldest, until all are moved", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const [account, other] = [accountNumber(3), accountNumber(4)];
    for (let number = 0; number < 7; number += 1) {
      await walk.open(flowOf(account), { eventId: `x${number}` });
      await walk.open(flowOf(other), { eventId: `y${number}` });
    }
    const moved: string[] = [];
    for (let batch = await walk.store.events(2); batch.length > 0; batch = await walk.store.events(2)) {
      for (const bucket of ["b03", "b04"]) t.ok(batch.filter(({ event }) => event.flowId.startsWith(bucket)).length <= 2);
      moved.push(...batch.map(({ event }) => event.id));
      await walk.store.forget(batch.map(({ receipt }) => receipt));
    }
    const inOrder = (letter: string) => moved.filter((id) => id.startsWith(letter));
    t.strictSame(inOrder("x"), ["x0", "x1", "x2", "x3", "x4", "x5", "x6"]);
    t.strictSame(inOrder("y"), ["y0", "y1", "y2", "y3", "y4", "y5", "y6"]);
  });

  await t.test("every bucket is read", async (t) => {
    const walk = walkOn((await nodes())[0]);
    for (let bucket = 0; bucket < 64; bucket += 1) await walk.open(flowOf(accountNumber(bucket)), { eventId: `event-of-${bucket}` });
    const ids = new Set((await walk.events()).map(({ id }) => id));
    t.equal(ids.size, 64);
  });
}
