import t from "tap";
import { Problem } from "../../src/kit/problem.ts";
import { sha256 } from "../../src/kit/seal.ts";
import type { ResetFlow } from "../../src/resets/reset-flow.ts";
import { createReadProgress, type ProgressDeps, type TenantFront } from "../../src/resets/reset-progress.ts";
import { createMemoryResetStore } from "../../src/resets/reset-store.memory.ts";
import { createReadFlow } from "../../src/resets/view-reset.ts";
import { accountNumber, addressOf, flowOf, T0 } from "../builders/reset-flow.ts";
import { walkOn } from "../builders/reset-walk.ts";

const TOKEN = "t".repeat(43);

/** A running reset on a store of its own, and what its page is told. Each pause is a chance for something to happen meanwhile. */
async function running(changes: Partial<ResetFlow> = {}, front: TenantFront | null = null) {
  const store = createMemoryResetStore();
  const walk = walkOn(store);
  const flow = await walk.opened(flowOf(accountNumber(3), { tokenHash: sha256(TOKEN), ...changes }));
  const meanwhile: (() => Promise<unknown>)[] = [];
  const counts = { judged: 0, pauses: 0 };
  const completed = new Set<string>();
  const clock = { now: () => walk.now };
  const deps: ProgressDeps = {
    store,
    clock,
    readFlow: createReadFlow({ store, clock }),
    readFront: async () => front,
    findCompleted: async (flowId, tokenHash) => (completed.has(`${flowId} ${tokenHash}`) ? { told: true } : null),
    judgeFlow: async () => {
      counts.judged += 1;
      return { step: "refused" };
    },
    pause: async () => {
      counts.pauses += 1;
      await meanwhile.shift()?.();
    },
  };
  const read = (token = TOKEN, id = flow.id) => createReadProgress(deps)({ id, token });
  const claim = () => store.claim(addressOf(flow), { now: walk.now, tokenHash: flow.tokenHash, claimId: "claim", leaseMs: 30_000 });
  const complete = async () => {
    completed.add(`${flow.id} ${flow.tokenHash}`);
    await store.finish(addressOf(flow), { account: flow.account, now: walk.now });
  };
  return { store, walk, flow, read, claim, complete, meanwhile, counts };
}

t.test("before the first proof the ways are the organisation's, and nobody's account is read", async (t) => {
  for (const changes of [{}, { decoy: true, methods: {} }]) {
    const { read, counts } = await running({ offered: { email: true, authenticatorApp: true }, ...changes });
    t.match(await read(), { step: "choose", proved: false, code: null, ways: [{ method: "email" }, { method: "authenticatorApp" }] });
    t.equal(counts.judged, 0);
  }
});

t.test("where the organisation chose to tell, the account is read at once", async (t) => {
  const { read, counts } = await running({}, { helpDesk: {}, disclosure: "helpful", brand: null });
  t.match(await read(), { step: "stuck" });
  t.equal(counts.judged, 1);
});

t.test("a code that was asked for, with the times of the server", async (t) => {
  const { read, walk, flow } = await running();
  await walk.challenged(flow, "email");
  t.match(await read(), {
    step: "choose",
    code: { method: "email", sent: true, resendAfter: T0 + 60_000, expiresAt: T0 + 600_000, tries: 0 },
  });
});

t.test("a wrong token, an unknown id, an expired reset: over, without a pause", async (t) => {
  const { read, walk, flow, counts } = await running();
  t.strictSame(await read("x".repeat(43)), { step: "over" });
  t.strictSame(await read(TOKEN, flow.id.replace(/.$/, "_")), { step: "over" });
  walk.later(16 * 60_000);
  t.strictSame(await read(), { step: "over" });
  t.equal(counts.pauses, 0);
});

t.test("a foreign token learns nothing of a reset that is being finished or was", async (t) => {
  const { read, claim, complete, counts } = await running();
  await claim();
  t.strictSame(await read("x".repeat(43)), { step: "over" });
  await complete();
  t.strictSame(await read("x".repeat(43)), { step: "over" });
  t.equal(counts.pauses, 0);
});

t.test("while another request sets the password, this one waits for it and says that it is done", async (t) => {
  const { read, claim, complete, meanwhile, counts } = await running();
  await claim();
  meanwhile.push(async () => undefined, complete);
  t.strictSame(await read(), { step: "done", told: true });
  t.equal(counts.pauses, 2);
});

t.test("should the other one fail, the reset stands where it stood", async (t) => {
  const { read, store, flow, claim, meanwhile } = await running();
  await claim();
  meanwhile.push(() => store.release(addressOf(flow), { claimId: "claim" }));
  t.match(await read(), { step: "choose" });
});

t.test("it does not wait for ever", async (t) => {
  const { read, claim, counts } = await running();
  await claim();
  t.strictSame(await read(), { step: "setting" });
  t.ok(counts.pauses < 30);
});

t.test("a store that does not answer is no reset that is over", async (t) => {
  const { store, read } = await running();
  store.read = async () => {
    throw new Error("Connection is closed");
  };
  await t.rejects(read(), { message: "Connection is closed" });
  store.read = async () => {
    throw new Problem("unavailable");
  };
  await t.rejects(read(), { code: "unavailable" });
});
