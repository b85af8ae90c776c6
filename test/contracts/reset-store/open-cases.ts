import type { Test } from "tap";
import { MINUTE } from "../../../src/kit/clock.ts";
import { aboutFlow, accountNumber, addressOf, flowOf, T0 } from "../../builders/reset-flow.ts";
import { newStepId, walkOn } from "../../builders/reset-walk.ts";
import type { NewNodes } from "../reset-store.test.ts";

export async function openCases(t: Test, nodes: NewNodes): Promise<void> {
  await t.test("an opened flow is read as it was written, and recorded once", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = flowOf(accountNumber(1));
    t.strictSame(await walk.open(flow, { eventId: "start-1" }), { outcome: "open" });
    t.strictSame(await walk.read(flow), { outcome: "found", flow });
    t.strictSame(await walk.peek(flow), { outcome: "found", flow });
    t.strictSame(await walk.events(), [{ id: "start-1", at: T0, type: "reset.start", outcome: "success", ...aboutFlow(flow) }]);
  });

  await t.test("a flow without tenant, person, offer or method keeps its shape", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const { tenantId: _, userId: __, ...rest } = flowOf(accountNumber(2));
    const flow = await walk.opened({ ...rest, decoy: true, offered: {}, methods: {} });
    t.strictSame(await walk.read(flow), { outcome: "found", flow });
    t.strictSame(await walk.events().then(([event]) => Object.keys(event ?? {}).sort()), [
      "at",
      "decoy",
      "flowId",
      "id",
      "outcome",
      "supportCode",
      "type",
    ]);
  });

  await t.test("what goes in and comes out is a copy", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const given = flowOf(accountNumber(3));
    const flow = structuredClone(given);
    await walk.open(given);
    given.codes = 99;
    const first = await walk.kept(flow);
    first.proofs.email = { method: "email", methodId: "email-1", revision: 1, at: T0 };
    const [event] = await walk.events();
    Object.assign(event ?? {}, { reason: "changed" });
    t.strictSame(await walk.kept(flow), flow);
    t.equal((await walk.lastEvent())?.reason, undefined);
  });

  await t.test("ten starts of one account in ten minutes, then work", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(4);
    const first = await walk.opened(flowOf(account));
    for (let start = 2; start <= 10; start += 1) await walk.opened(flowOf(account));
    const recorded = (await walk.events()).length;

    const refused = flowOf(account);
    t.strictSame(await walk.open(refused), { outcome: "work" });
    t.strictSame(await walk.peek(refused), { outcome: "invalid" }, "nothing was opened");
    t.equal((await walk.events()).length, recorded, "nothing was recorded");
    t.strictSame(await walk.open(flowOf(account), { workProved: true }), { outcome: "open" }, "work opens the way");
    t.strictSame(await walk.open(flowOf(account)), { outcome: "work" });
    t.strictSame(await walk.open(flowOf(account, { sources: "familiar" })), { outcome: "open" }, "the person's own sources have a share");
    t.strictSame(await walk.open(flowOf(accountNumber(4))), { outcome: "open" }, "another account of the bucket");
    t.equal((await walk.peek(first)).outcome, "found", "starts by strangers void no running flow (security.md B05)");

    walk.later(10 * MINUTE - 1);
    t.strictSame(await walk.open(flowOf(account)), { outcome: "work" }, "the window has not ended");
    walk.later(1);
    t.strictSame(await walk.open(flowOf(account, { openedAt: walk.now })), { outcome: "open" }, "the window ended by our clock");
  });

  await t.test("a refused start counts like any other", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(5);
    const starts = [{ limit: 2, windowMs: MINUTE }];
    const flow = flowOf(account);
    const eventId = newStepId("event");
    await walk.open(flow, { starts, eventId });
    await walk.open(flowOf(account), { starts });
    t.strictSame(await walk.open(flowOf(account), { starts }), { outcome: "work" });
    await walk.store.void(addressOf(flow), { account, eventId, sources: "strange" });
    t.strictSame(
      await walk.open(flowOf(account), { starts }),
      { outcome: "work" },
      "three were counted, one was taken back, this is the third",
    );
  });

  await t.test("void takes back the flow, its event and its count, and nothing else", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(6);
    const starts = [
      { limit: 1, windowMs: MINUTE },
      { limit: 2, windowMs: 10 * MINUTE },
    ];
    const own = await walk.opened(flowOf(account, { sources: "familiar" }));
    const eventId = newStepId("event");
    const refused = flowOf(account);
    await walk.open(refused, { starts, eventId });
    await walk.store.void(addressOf(refused), { account, eventId, sources: "strange" });

    t.strictSame(await walk.peek(refused), { outcome: "invalid" });
    t.strictSame(
      (await walk.events()).map(({ flowId }) => flowId),
      [own.id],
    );
    t.strictSame(await walk.open(flowOf(account), { starts }), { outcome: "open" }, "the count was taken back");
    t.strictSame(await walk.open(flowOf(account), { starts }), { outcome: "work" }, "once");
    t.strictSame(
      await walk.open(flowOf(account, { sources: "familiar" }), { starts }),
      { outcome: "work" },
      "the other share was not touched",
    );
    t.equal((await walk.peek(own)).outcome, "found");
  });

  await t.test("void of what is not there changes nothing, and no count goes below none", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(7);
    const starts = [{ limit: 1, windowMs: MINUTE }];
    const never = flowOf(account);
    await walk.store.void(addressOf(never), { account, eventId: "never", sources: "strange" });
    const eventId = newStepId("event");
    const flow = flowOf(account);
    await walk.open(flow, { starts, eventId });
    for (let times = 0; times < 3; times += 1) await walk.store.void(addressOf(flow), { account, eventId, sources: "strange" });
    t.strictSame(await walk.open(flowOf(account), { starts }), { outcome: "open" });
    t.strictSame(await walk.open(flowOf(account), { starts }), { outcome: "work" });
  });

  await t.test("unknown, foreign and expired are one and the same, and count nothing", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(8);
    const flow = await walk.opened(flowOf(account));
    const other = await walk.opened(flowOf(account));
    const challengeId = await walk.challenged(flow, "email");
    const kept = await walk.kept(flow);
    const events = await walk.events();
    const allInvalid = async (of: typeof flow, why: string) => {
      const results = await Promise.all([
        walk.read(of),
        walk.challenge(of, "sms"),
        walk.verify(of, challengeId, "yes"),
        walk.verify(of, challengeId, "no"),
        walk.verify(of, challengeId, "later"),
        walk.prove(of, challengeId, { id: "email-1", revision: 1 }),
        walk.claim(of, "claim"),
        walk.cancel(of),
      ]);
      for (const result of results) t.strictSame(result, { outcome: "invalid" }, why);
      t.strictSame(await walk.events(), events, `${why}: nothing was recorded`);
    };

    await allInvalid(flowOf(account), "unknown");
    await allInvalid({ ...flow, tokenHash: other.tokenHash }, "the token of another flow");
    await allInvalid({ ...flow, tokenHash: "" }, "no token");
    t.strictSame(await walk.kept(flow), kept, "nothing was counted");

    walk.now = flow.expiresAt - 1;
    t.equal((await walk.read(flow)).outcome, "found");
    walk.now = flow.expiresAt;
    await allInvalid(flow, "expired by our clock");
    t.strictSame(await walk.peek(flow), { outcome: "invalid" }, "for the worker too");
  });
}
