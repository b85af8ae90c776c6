import type { Test } from "tap";
import { RESEND_WAIT_MS } from "../../../src/throttle/limits.ts";
import { aboutFlow, accountNumber, flowOf, T0 } from "../../builders/reset-flow.ts";
import { CODE_TTL_MS, TRIES, walkOn } from "../../builders/reset-walk.ts";
import type { NewNodes } from "../reset-store.test.ts";

export async function verifyCases(t: Test, nodes: NewNodes): Promise<void> {
  await t.test("the right code passes its gate once", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(1)));
    const challengeId = await walk.challenged(flow, "sms", { methodId: "phone-2" });
    walk.later(1_234);
    const { challenge: _, ...kept } = await walk.kept(flow);
    const proofs = { phone: { method: "sms" as const, methodId: "phone-2", revision: 1, at: T0 + 1_234 } };
    t.strictSame(await walk.verify(flow, challengeId, "yes", { eventId: "e-1" }), { outcome: "passed", flow: { ...kept, proofs } });
    t.strictSame(await walk.kept(flow), { ...kept, proofs });
    const event = { id: "e-1", at: walk.now, type: "reset.proof", outcome: "success", method: "sms", methodId: "phone-2" };
    t.strictSame(await walk.lastEvent(), { ...event, ...aboutFlow(flow) });

    const { length } = await walk.events();
    t.strictSame(await walk.verify(flow, challengeId, "yes"), { outcome: "rejected" }, "a used code is no code");
    t.strictSame(await walk.kept(flow), { ...kept, proofs }, "nothing is pending, so nothing is counted");
    t.equal((await walk.events()).length, length);
  });

  await t.test("a second kind adds its proof, the same kind again replaces its own", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(2)));
    await walk.verify(flow, await walk.challenged(flow, "sms", { methodId: "phone-2" }), "yes");
    await walk.verify(flow, await walk.challenged(flow, "email"), "yes");
    walk.later(RESEND_WAIT_MS);
    await walk.verify(flow, await walk.challenged(flow, "sms", { methodId: "phone-1" }), "yes");
    t.strictSame((await walk.kept(flow)).proofs, {
      phone: { method: "sms", methodId: "phone-1", revision: 3, at: walk.now },
      email: { method: "email", methodId: "email-1", revision: 1, at: T0 },
    });
  });

  await t.test("a wrong code is rejected, counted and recorded", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(3)));
    const challengeId = await walk.challenged(flow, "email");
    t.strictSame(await walk.verify(flow, challengeId, "no", { eventId: "e-1" }), { outcome: "rejected" });
    t.equal((await walk.kept(flow)).challenge?.tries, 1);
    const event = {
      id: "e-1",
      at: T0,
      type: "reset.proof",
      outcome: "failure",
      method: "email",
      methodId: "email-1",
      reason: "code-rejected",
    };
    t.strictSame(await walk.lastEvent(), { ...event, ...aboutFlow(flow) });
    t.match(await walk.verify(flow, challengeId, "yes"), { outcome: "passed" }, "a right one after it passes");
  });

  await t.test("five tries for one code: the sixth fails, right or wrong", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(4)));
    const challengeId = await walk.challenged(flow, "email");
    for (let tries = 1; tries < TRIES; tries += 1) await walk.verify(flow, challengeId, "no");
    t.strictSame(await walk.verify(flow, challengeId, "no"), { outcome: "rejected" }, "the fifth was tried");
    t.strictSame(await walk.verify(flow, challengeId, "yes"), { outcome: "limited", retryAt: T0 + RESEND_WAIT_MS });
    t.equal((await walk.kept(flow)).challenge?.tries, TRIES, "and not counted");
    walk.later(RESEND_WAIT_MS);
    t.match(await walk.verify(flow, await walk.challenged(flow, "email"), "yes"), { outcome: "passed" }, "a new code has tries of its own");
  });

  await t.test("the fifth try may pass", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(5)));
    const challengeId = await walk.challenged(flow, "email");
    for (let tries = 1; tries < TRIES; tries += 1) await walk.verify(flow, challengeId, "no");
    t.match(await walk.verify(flow, challengeId, "yes"), { outcome: "passed" });
  });

  await t.test("a code lives until its last millisecond, by our clock", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(6);
    const [flow, other] = [await walk.opened(flowOf(account)), await walk.opened(flowOf(account))];
    const [code, late] = [await walk.challenged(flow, "email"), await walk.challenged(other, "email")];
    walk.later(CODE_TTL_MS - 1);
    t.match(await walk.verify(flow, code, "yes"), { outcome: "passed" });
    walk.later(1);
    t.strictSame(await walk.verify(other, late, "yes"), { outcome: "rejected" });
    t.equal((await walk.kept(other)).challenge?.tries, 1, "counted");
    t.strictSame((await walk.kept(other)).proofs, {});
  });

  await t.test("a code of one flow in another is rejected and counted there", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(7);
    const [flow, other] = [await walk.opened(flowOf(account)), await walk.opened(flowOf(account))];
    const [code] = [await walk.challenged(flow, "email"), await walk.challenged(other, "email")];
    t.strictSame(await walk.verify(other, code, "yes"), { outcome: "rejected" });
    t.strictSame(await walk.verify(other, code, "later"), { outcome: "rejected" });
    t.equal((await walk.kept(other)).challenge?.tries, 2);
    t.equal((await walk.kept(flow)).challenge?.tries, 0);
    t.match(await walk.lastEvent(), { flowId: other.id, outcome: "failure", reason: "code-rejected" });
    t.match(await walk.verify(flow, code, "yes"), { outcome: "passed" }, "in its own it passes");
  });

  await t.test("without a challenge there is nothing to guess and nothing to count", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(8)));
    const { length } = await walk.events();
    for (const matches of ["yes", "no", "later"] as const) t.strictSame(await walk.verify(flow, "any", matches), { outcome: "rejected" });
    t.strictSame(await walk.kept(flow), flow);
    t.equal((await walk.events()).length, length);
  });

  await t.test("no code passes where nothing is behind the challenge", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(9), { methods: {} }));
    t.strictSame(await walk.verify(flow, await walk.challenged(flow, "email"), "yes"), { outcome: "rejected" });
    t.strictSame((await walk.kept(flow)).proofs, {});
  });
}
