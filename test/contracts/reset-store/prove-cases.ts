import type { Test } from "tap";
import { aboutFlow, accountNumber, decoyOf, flowOf, T0 } from "../../builders/reset-flow.ts";
import { CODE_TTL_MS, TRIES, walkOn } from "../../builders/reset-walk.ts";
import type { NewNodes } from "../reset-store.test.ts";

const APP = { id: "app-1", revision: 2 };

export async function proveCases(t: Test, nodes: NewNodes): Promise<void> {
  await t.test("a code that only PostgreSQL can check is counted first and proved after", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(1)));
    const challengeId = await walk.challenged(flow, "authenticatorApp");
    const kept = await walk.kept(flow);
    const { length } = await walk.events();
    const { challenge: pending, ...rest } = kept;
    t.strictSame(await walk.verify(flow, challengeId, "later"), {
      outcome: "counted",
      flow: { ...kept, challenge: { ...pending, tries: 1 } },
    });
    t.equal((await walk.events()).length, length, "not judged, so not recorded");
    walk.later(50);
    const proofs = { authenticatorApp: { method: "authenticatorApp" as const, methodId: "app-1", revision: 2, at: T0 + 50 } };
    t.strictSame(await walk.prove(flow, challengeId, APP), { outcome: "passed", flow: { ...rest, proofs } });
    t.match(await walk.lastEvent(), { type: "reset.proof", outcome: "success", method: "authenticatorApp", methodId: "app-1" });
    t.strictSame(await walk.prove(flow, challengeId, APP), { outcome: "rejected" }, "once");
  });

  await t.test("a code that nothing proved is rejected, and was counted", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(2)));
    const challengeId = await walk.challenged(flow, "authenticatorApp");
    for (let tries = 1; tries <= TRIES; tries += 1) {
      t.match(await walk.verify(flow, challengeId, "later"), { outcome: "counted" });
      t.strictSame(await walk.prove(flow, challengeId), { outcome: "rejected" });
    }
    const { id: _, ...event } = (await walk.lastEvent()) ?? { id: "" };
    const told = {
      at: T0,
      type: "reset.proof",
      outcome: "failure",
      method: "authenticatorApp",
      methodId: "app-1",
      reason: "code-rejected",
    };
    t.strictSame(event, { ...told, ...aboutFlow(flow) });
    t.match(await walk.verify(flow, challengeId, "later"), { outcome: "limited" });
    t.equal((await walk.kept(flow)).challenge?.tries, TRIES);
  });

  await t.test("what was counted does not pass once it expired", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(3)));
    const challengeId = await walk.challenged(flow, "authenticatorApp");
    walk.later(CODE_TTL_MS - 1);
    await walk.verify(flow, challengeId, "later");
    walk.later(1);
    t.strictSame(await walk.prove(flow, challengeId, APP), { outcome: "rejected" });
    t.strictSame((await walk.kept(flow)).proofs, {});
  });

  await t.test("what was counted does not pass another challenge, nor speaks ill of its method", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(4)));
    const counted = await walk.challenged(flow, "authenticatorApp");
    await walk.verify(flow, counted, "later");
    const email = await walk.challenged(flow, "email");
    t.strictSame(await walk.prove(flow, counted, APP), { outcome: "rejected" });
    const { id: _, ...event } = (await walk.lastEvent()) ?? { id: "" };
    t.strictSame(event, { at: T0, type: "reset.proof", outcome: "failure", reason: "code-rejected", ...aboutFlow(flow) });
    t.strictSame((await walk.kept(flow)).proofs, {});
    t.match(await walk.verify(flow, email, "yes"), { outcome: "passed" });
  });

  await t.test("two calls with one right code: one passes", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(5)));
    const challengeId = await walk.challenged(flow, "authenticatorApp");
    await walk.verify(flow, challengeId, "later");
    await walk.verify(flow, challengeId, "later");
    t.match(await walk.prove(flow, challengeId, APP), { outcome: "passed" });
    t.strictSame(await walk.prove(flow, challengeId), { outcome: "rejected" });
    t.equal((await walk.kept(flow)).proofs.authenticatorApp?.methodId, "app-1", "a rejection takes no proof back");
  });

  await t.test("nothing proves a decoy", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(decoyOf(accountNumber(6)));
    const challengeId = await walk.challenged(flow, "authenticatorApp");
    t.match(await walk.verify(flow, challengeId, "later"), { outcome: "counted", flow: { decoy: true } });
    t.strictSame(await walk.prove(flow, challengeId, APP), { outcome: "rejected" });
    t.strictSame((await walk.kept(flow)).proofs, {});
  });
}
