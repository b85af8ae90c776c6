import t from "tap";
import { createMoveEvents, type RecordSteps } from "../../src/resets/move-events.worker.ts";
import { createMemoryResetStore } from "../../src/resets/reset-store.memory.ts";
import { accountNumber, decoyOf, flowOf } from "../builders/reset-flow.ts";
import { TRIES, walkOn } from "../builders/reset-walk.ts";

/** The record as it would stand in PostgreSQL. */
function record() {
  const written: Parameters<RecordSteps>[] = [];
  const steps: RecordSteps = async (...batch) => written.push(batch) > 0;
  const outcomes = () => written.flatMap(([, judged]) => [...judged.values()]);
  return { steps, outcomes, events: () => written.flatMap(([events]) => events) };
}

t.test("steps are moved once, with what each judged code says about its method", async (t) => {
  const walk = walkOn(createMemoryResetStore());
  const { steps, outcomes, events } = record();
  const moveEvents = createMoveEvents({ store: walk.store, record: steps });
  const flow = await walk.opened(flowOf(accountNumber(1)));
  const challengeId = await walk.challenged(flow, "email");
  await walk.verify(flow, challengeId, "no");
  await walk.verify(flow, challengeId, "yes");
  t.equal(await moveEvents(), 4);
  t.equal(await moveEvents(), 0, "and no more");
  t.strictSame(
    events().map(({ type, outcome }) => `${type} ${outcome}`),
    ["reset.start success", "reset.challenge success", "reset.proof failure", "reset.proof success"],
  );
  t.strictSame(outcomes(), [
    { methodId: "email-1", passed: false },
    { methodId: "email-1", passed: true },
  ]);
});

t.test("calls that a limit turned away are no failures of the method (security.md D01)", async (t) => {
  const walk = walkOn(createMemoryResetStore());
  const { steps, outcomes, events } = record();
  const flow = await walk.opened(flowOf(accountNumber(2)));
  const challengeId = await walk.challenged(flow, "email");
  for (let calls = 0; calls < TRIES + 50; calls += 1) await walk.verify(flow, challengeId, "no");
  await createMoveEvents({ store: walk.store, record: steps })();
  t.equal(outcomes().length, TRIES);
  t.equal(events().filter(({ outcome }) => outcome === "blocked").length, 1, "one line says that it was blocked");
});

t.test("a decoy says nothing about any method", async (t) => {
  const walk = walkOn(createMemoryResetStore());
  const { steps, outcomes, events } = record();
  const flow = await walk.opened(decoyOf(accountNumber(3)));
  const challengeId = await walk.challenged(flow, "email");
  for (let tries = 0; tries < TRIES; tries += 1) await walk.verify(flow, challengeId, "yes");
  await createMoveEvents({ store: walk.store, record: steps })();
  t.equal(events().filter(({ type }) => type === "reset.proof").length, TRIES);
  t.strictSame(outcomes(), []);
});

t.test("second steps and fresh proofs say nothing about what strangers try, and name who acted", async (t) => {
  const walk = walkOn(createMemoryResetStore());
  const written: Parameters<RecordSteps>[] = [];
  for (const purpose of ["sign-in", "proof"] as const) {
    const account = accountNumber(6);
    for (let flows = 0; flows < 2; flows += 1) {
      const flow = await walk.opened(flowOf(account, { purpose, sources: "signed-in" }));
      const challengeId = await walk.challenged(flow, "email");
      for (let tries = 0; tries < TRIES; tries += 1) await walk.verify(flow, challengeId, "no");
    }
  }
  await createMoveEvents({ store: walk.store, record: async (...batch) => written.push(batch) > 0 })();
  const [[events, outcomes, pauses] = []] = written;
  t.ok(
    events?.some(({ reason }) => reason === "too-many-wrong-proofs"),
    "the counter was full",
  );
  t.strictSame([outcomes?.size, pauses?.size], [0, 0]);
  t.ok(events?.every(({ actor }) => actor.kind === "user" && actor.id === "user-1"));
});

t.test("while another process records them they stay where they are", async (t) => {
  const walk = walkOn(createMemoryResetStore());
  await walk.opened(flowOf(accountNumber(5)));
  t.equal(await createMoveEvents({ store: walk.store, record: async () => false })(), 0);
  const { steps, events } = record();
  t.equal(await createMoveEvents({ store: walk.store, record: steps })(), 1);
  t.equal(events().length, 1);
});

t.test("what could not be recorded stays to be moved", async (t) => {
  const walk = walkOn(createMemoryResetStore());
  await walk.opened(flowOf(accountNumber(4)));
  const failing: RecordSteps = async () => {
    throw new Error("PostgreSQL is away");
  };
  await t.rejects(createMoveEvents({ store: walk.store, record: failing })());
  const { steps, events } = record();
  t.equal(await createMoveEvents({ store: walk.store, record: steps })(), 1);
  t.equal(events().length, 1);
});
