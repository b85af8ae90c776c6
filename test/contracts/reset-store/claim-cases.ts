import type { Test } from "tap";
import { MINUTE } from "../../../src/kit/clock.ts";
import { aboutFlow, accountNumber, flowOf, T0 } from "../../builders/reset-flow.ts";
import { LEASE_MS, walkOn } from "../../builders/reset-walk.ts";
import type { NewNodes } from "../reset-store.test.ts";

const INVALID = { outcome: "invalid" };

export async function claimCases(t: Test, nodes: NewNodes): Promise<void> {
  await t.test("a claim shuts everybody else out until its lease ends", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(1)));
    const challengeId = await walk.challenged(flow, "email");
    const kept = await walk.kept(flow);
    const claimed = { ...kept, claim: { id: "claim-1", until: T0 + LEASE_MS } };
    const { length } = await walk.events();
    t.strictSame(await walk.claim(flow, "claim-1"), { outcome: "claimed", flow: claimed });
    const shutOut = async () => [
      await walk.claim(flow, "claim-2"),
      await walk.claim(flow, "claim-1"),
      await walk.read(flow),
      await walk.challenge(flow, "sms"),
      await walk.verify(flow, challengeId, "yes"),
      await walk.prove(flow, challengeId, { id: "email-1", revision: 1 }),
      await walk.cancel(flow),
    ];
    for (const result of await shutOut()) t.strictSame(result, INVALID);
    walk.later(LEASE_MS - 1);
    for (const result of await shutOut()) t.strictSame(result, INVALID);
    t.strictSame(await walk.peek(flow), { outcome: "found", flow: claimed }, "the worker still sees it, unchanged");
    t.equal((await walk.events()).length, length);

    walk.later(1);
    t.equal((await walk.read(flow)).outcome, "found", "a claim whose process died ends by itself");
    t.match(await walk.claim(flow, "claim-2"), { outcome: "claimed", flow: { claim: { id: "claim-2", until: walk.now + LEASE_MS } } });
  });

  await t.test("a release gives the flow back at once, with everything in it, to whoever claimed it", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(2)));
    await walk.verify(flow, await walk.challenged(flow, "email"), "yes");
    const kept = await walk.kept(flow);
    await walk.claim(flow, "claim-1");
    await walk.release(flow, "claim-2");
    t.strictSame(await walk.read(flow), INVALID, "not by another claim's id");
    await walk.release(flow, "claim-1");
    t.strictSame(await walk.read(flow), { outcome: "found", flow: kept });
    await walk.release(flow, "claim-1");
    t.strictSame(await walk.read(flow), { outcome: "found", flow: kept });
  });

  await t.test("a release that comes after the lease does not touch the next claim", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(3)));
    await walk.claim(flow, "claim-1");
    walk.later(LEASE_MS);
    await walk.claim(flow, "claim-2");
    await walk.release(flow, "claim-1");
    t.strictSame(await walk.read(flow), INVALID);
  });

  await t.test("a release of a flow that is gone brings nothing back", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = flowOf(accountNumber(4));
    await walk.release(flow, "claim-1");
    t.strictSame(await walk.peek(flow), INVALID);
    await walk.opened(flow);
    await walk.claim(flow, "claim-1");
    await walk.finish(flow);
    await walk.release(flow, "claim-1");
    t.strictSame(await walk.peek(flow), INVALID);
  });

  await t.test("a finished reset voids every other flow of the account, and no flow of others", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(5);
    const flow = await walk.opened(flowOf(account));
    const others = [await walk.opened(flowOf(account)), await walk.opened(flowOf(account, { sources: "familiar" }))];
    const neighbour = await walk.opened(flowOf(accountNumber(5)));
    const stranger = await walk.opened(flowOf(accountNumber(6)));
    const [other] = others;
    const challengeId = other === undefined ? "" : await walk.challenged(other, "email");
    const { length } = await walk.events();
    walk.later(MINUTE);
    await walk.claim(flow, "claim-1");
    await walk.finish(flow);
    for (const gone of [flow, ...others]) {
      t.strictSame(await walk.peek(gone), INVALID);
      t.strictSame(await walk.read(gone), INVALID);
      t.strictSame(await walk.verify(gone, challengeId, "yes"), INVALID);
      t.strictSame(await walk.claim(gone, "claim-2"), INVALID);
      t.strictSame(await walk.challenge(gone, "sms"), INVALID);
    }
    t.equal((await walk.read(neighbour)).outcome, "found", "an account of the same bucket");
    t.equal((await walk.read(stranger)).outcome, "found", "an account of another bucket");
    t.equal((await walk.events()).length, length, "the act itself is recorded elsewhere");

    const sameMoment = await walk.opened(flowOf(account, { openedAt: walk.now }));
    t.strictSame(await walk.read(sameMoment), INVALID, "opened in the millisecond of the change: void");
    walk.later(1);
    const after = await walk.opened(flowOf(account, { openedAt: walk.now }));
    t.equal((await walk.read(after)).outcome, "found", "what is opened after it is another matter");
  });

  await t.test("the account's flows are void even when the finished one is no longer kept", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(7);
    const other = await walk.opened(flowOf(account));
    await walk.finish(flowOf(account));
    t.strictSame(await walk.read(other), INVALID);
  });

  await t.test("a node whose clock is behind brings no void flow back", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(8);
    walk.later(100);
    const other = await walk.opened(flowOf(account, { openedAt: walk.now }));
    walk.later(100);
    await walk.finish(flowOf(account));
    walk.now = T0 + 50;
    await walk.finish(flowOf(account));
    walk.now = T0 + 300;
    t.strictSame(await walk.read(other), INVALID);
  });

  await t.test("failures outlive a finished reset", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(9);
    const wrongProofs = [{ limit: 2, windowMs: MINUTE }];
    const flow = await walk.opened(flowOf(account));
    const challengeId = await walk.challenged(flow, "email");
    for (let tries = 0; tries < 2; tries += 1) await walk.verify(flow, challengeId, "no", { wrongProofs });
    await walk.finish(flow);
    walk.later(1);
    const next = await walk.opened(flowOf(account, { openedAt: walk.now }));
    t.match(await walk.challenge(next, "email", { wrongProofs }), { outcome: "limited" });
  });

  await t.test("a cancelled flow is gone, is told of once, and leaves the others", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(10);
    const [flow, other] = [await walk.opened(flowOf(account)), await walk.opened(flowOf(account))];
    const challengeId = await walk.challenged(flow, "email");
    const kept = await walk.kept(flow);
    t.strictSame(await walk.cancel(flow), { outcome: "found", flow: kept });
    const { id: _, ...event } = (await walk.lastEvent()) ?? { id: "" };
    t.strictSame(event, { at: T0, type: "reset.cancel", outcome: "success", ...aboutFlow(flow) });
    const { length } = await walk.events();
    t.strictSame(await walk.cancel(flow), INVALID);
    t.strictSame(await walk.read(flow), INVALID);
    t.strictSame(await walk.peek(flow), INVALID);
    t.strictSame(await walk.verify(flow, challengeId, "yes"), INVALID);
    t.strictSame(await walk.claim(flow, "claim-1"), INVALID);
    t.equal((await walk.events()).length, length);
    t.equal((await walk.read(other)).outcome, "found");
  });
}
