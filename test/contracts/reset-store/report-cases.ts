import type { Test } from "tap";
import { RESEND_WAIT_MS } from "../../../src/throttle/limits.ts";
import { accountNumber, addressOf, flowOf } from "../../builders/reset-flow.ts";
import { walkOn } from "../../builders/reset-walk.ts";
import type { NewNodes } from "../reset-store.test.ts";

export async function reportCases(t: Test, nodes: NewNodes): Promise<void> {
  await t.test("a challenge that could not be sent says so, until it could, and changes in nothing else", async (t) => {
    const [here, there] = await nodes();
    const walk = walkOn(here);
    const flow = await walk.opened(flowOf(accountNumber(1)));
    const challengeId = await walk.challenged(flow, "email");
    const [before, events] = [await walk.kept(flow), await walk.events()];
    await walkOn(there).report(flow, challengeId, true);
    t.strictSame(await walk.kept(flow), { ...before, challenge: { ...before.challenge, notSent: true } });
    await walk.report(flow, challengeId, false);
    t.strictSame(await walk.kept(flow), before);
    t.strictSame(await walk.events(), events, "it is no step of the person's");
    await walk.report(flow, challengeId, true);
    t.match(await walk.verify(flow, challengeId, "yes"), { outcome: "passed" }, "a code that arrived all the same is good");
  });

  await t.test("the word comes too late for a challenge that was replaced, passed or never made", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(2)));
    await walk.report(flow, "never made", true);
    const first = await walk.challenged(flow, "email");
    const second = await walk.challenged(flow, "sms");
    await walk.report(flow, first, true);
    t.equal((await walk.kept(flow)).challenge?.notSent, undefined);
    await walk.report(flow, second, true);
    walk.later(RESEND_WAIT_MS);
    const third = await walk.challenged(flow, "sms");
    t.equal((await walk.kept(flow)).challenge?.notSent, undefined, "a new code begins anew");
    await walk.store.retract(addressOf(flow), { challengeId: third, sent: true, eventId: "none" });
    t.match((await walk.kept(flow)).challenge, { id: second, notSent: true }, "what is pending again is as it was");
    await walk.verify(flow, second, "yes");
    await walk.report(flow, second, true);
    t.equal((await walk.kept(flow)).challenge, undefined);
    await walk.cancel(flow);
    await walk.report(flow, second, true);
    t.strictSame(await walk.peek(flow), { outcome: "invalid" }, "nor does it bring back a reset that is over");
  });
}
