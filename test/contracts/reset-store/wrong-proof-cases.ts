import type { Test } from "tap";
import { DAY, MINUTE } from "../../../src/kit/clock.ts";
import type { ChallengeMethod } from "../../../src/methods/method.ts";
import type { ResetFlow } from "../../../src/resets/reset-flow.ts";
import { aboutFlow, accountNumber, addressOf, FLOW_LIFE, flowOf, T0 } from "../../builders/reset-flow.ts";
import { type ResetWalk, TRIES, WRONG_PROOFS, walkOn } from "../../builders/reset-walk.ts";
import type { NewNodes } from "../reset-store.test.ts";

/** So many wrong codes, in as many flows as it takes: five tries each. */
async function fail(walk: ResetWalk, account: string, method: ChallengeMethod, times: number, of: Partial<ResetFlow> = {}) {
  for (let left = times; left > 0; left -= TRIES) {
    const flow = flowOf(account, { openedAt: walk.now, expiresAt: walk.now + FLOW_LIFE, ...of });
    await walk.open(flow, { workProved: true });
    const challengeId = await walk.challenged(flow, method);
    for (let tries = 0; tries < Math.min(left, TRIES); tries += 1) await walk.verify(flow, challengeId, "no");
  }
}

export async function wrongProofCases(t: Test, nodes: NewNodes): Promise<void> {
  await t.test("ten wrong proofs over several flows pause that kind for a day, for those sources alone", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(1);
    const flow = await walk.opened(flowOf(account));
    const challengeId = await walk.challenged(flow, "email");
    await fail(walk, account, "email", WRONG_PROOFS - 1);
    t.match(await walk.lastEvent(), { outcome: "failure", reason: "code-rejected" });
    t.strictSame(await walk.verify(flow, challengeId, "no", { eventId: "tenth" }), { outcome: "rejected" }, "the tenth is judged");
    const tenth = { id: "tenth", at: T0, type: "reset.proof", outcome: "blocked", method: "email", methodId: "email-1" };
    t.strictSame(
      await walk.lastEvent(),
      { ...tenth, reason: "too-many-wrong-proofs", pausedUntil: T0 + DAY, ...aboutFlow(flow) },
      "and says that it was the last, and until when the kind rests",
    );

    t.strictSame(await walk.verify(flow, challengeId, "yes"), { outcome: "limited", retryAt: T0 + DAY }, "the right code too");
    t.strictSame(await walk.challenge(flow, "email"), { outcome: "limited", retryAt: T0 + DAY });
    t.match(await walk.challenge(flow, "sms"), { outcome: "challenged" }, "another kind goes on");

    const own = await walk.opened(flowOf(account, { sources: "familiar" }));
    t.match(await walk.verify(own, await walk.challenged(own, "email"), "yes"), { outcome: "passed" }, "the person's own sources go on");
    t.match(await walk.challenge(flow, "email"), { outcome: "limited" }, "whose success clears nothing of the strangers'");

    const another = await walk.opened(flowOf(accountNumber(1)));
    t.match(await walk.challenge(another, "email"), { outcome: "challenged" }, "another account goes on");
  });

  await t.test("a code of an app that fills the counter says so too, and so does whoever is turned away then", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(4);
    const app = async (times: number) => {
      const flow = await walk.opened(flowOf(account));
      const challengeId = await walk.challenged(flow, "authenticatorApp");
      for (let tries = 0; tries < times; tries += 1) {
        await walk.verify(flow, challengeId, "later");
        await walk.prove(flow, challengeId);
      }
      return flow;
    };
    await app(TRIES);
    await app(WRONG_PROOFS - TRIES - 1);
    t.match(await walk.lastEvent(), { outcome: "failure", reason: "code-rejected" });
    const flow = await app(1);
    const rests = { outcome: "blocked", reason: "too-many-wrong-proofs", pausedUntil: T0 + DAY };
    t.match(await walk.lastEvent(), { ...rests, type: "reset.proof", methodId: "app-1", ...aboutFlow(flow) });
    await walk.challenge(flow, "authenticatorApp");
    const { methodId, ...turnedAway } = (await walk.lastEvent()) ?? {};
    t.match(turnedAway, { ...rests, type: "reset.challenge" });
    t.equal(methodId, undefined);
  });

  await t.test("the pause ends by our clock, and the count starts anew", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(2);
    await fail(walk, account, "email", WRONG_PROOFS);
    walk.now = T0 + DAY - 1;
    const flow = await walk.opened(flowOf(account, { openedAt: walk.now, expiresAt: walk.now + FLOW_LIFE }));
    t.match(await walk.challenge(flow, "email"), { outcome: "limited" });
    walk.later(1);
    const challengeId = await walk.challenged(flow, "email");
    t.strictSame(await walk.verify(flow, challengeId, "no"), { outcome: "rejected" });
    t.match(await walk.verify(flow, challengeId, "yes"), { outcome: "passed" });
  });

  await t.test("of several full windows the one that ends last says when to come again", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(7)));
    const limits = (first: number, second: number) => [
      { limit: 2, windowMs: first },
      { limit: 2, windowMs: second },
    ];
    for (const [method, wrongProofs] of [
      ["email", limits(DAY, MINUTE)],
      ["sms", limits(MINUTE, DAY)],
    ] as const) {
      const challengeId = await walk.challenged(flow, method);
      for (let tries = 0; tries < 2; tries += 1) await walk.verify(flow, challengeId, "no", { wrongProofs });
      t.strictSame(await walk.verify(flow, challengeId, "yes", { wrongProofs }), { outcome: "limited", retryAt: T0 + DAY });
    }
  });

  await t.test("wrong proofs by SMS and by voice are of one kind", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(3);
    const phones = { offered: { sms: true, voice: true, email: true }, methods: { voice: [{ id: "phone-1", revision: 3 }] } } as const;
    await fail(walk, account, "sms", TRIES, phones);
    await fail(walk, account, "voice", WRONG_PROOFS - TRIES, phones);
    const flow = await walk.opened(flowOf(account, phones));
    t.match(await walk.challenge(flow, "sms"), { outcome: "limited" });
    t.match(await walk.challenge(flow, "voice"), { outcome: "limited" });
    t.match(await walk.challenge(flow, "email"), { outcome: "challenged" });
  });

  await t.test("success clears the failures of its kind and its sources, and no others", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(4);
    await fail(walk, account, "email", WRONG_PROOFS - 1);
    await fail(walk, account, "sms", WRONG_PROOFS - 1);
    await fail(walk, account, "email", WRONG_PROOFS - 1, { sources: "familiar" });
    walk.later(11 * MINUTE);
    const flow = await walk.opened(flowOf(account, { openedAt: walk.now, expiresAt: walk.now + FLOW_LIFE }));
    await walk.verify(flow, await walk.challenged(flow, "email"), "yes");
    const left = async (method: ChallengeMethod, sources: ResetFlow["sources"]) => {
      const asked = flowOf(account, { openedAt: walk.now, expiresAt: walk.now + FLOW_LIFE, sources });
      await walk.open(asked, { workProved: true });
      const challengeId = await walk.challenged(asked, method);
      await walk.verify(asked, challengeId, "no");
      return (await walk.verify(asked, challengeId, "no")).outcome;
    };
    t.equal(await left("email", "strange"), "rejected", "cleared");
    t.equal(await left("sms", "strange"), "limited", "kept: another kind (security.md D09)");
    t.equal(await left("email", "familiar"), "limited", "kept: other sources");
  });

  await t.test("a code that comes right by `prove` clears its kind too", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(5);
    await fail(walk, account, "authenticatorApp", WRONG_PROOFS - 1);
    const flow = await walk.opened(flowOf(account));
    const challengeId = await walk.challenged(flow, "authenticatorApp");
    t.match(await walk.verify(flow, challengeId, "later"), { outcome: "counted" }, "the tenth is judged");
    t.match(await walk.prove(flow, challengeId, { id: "app-1", revision: 2 }), { outcome: "passed" });
    const again = await walk.challenged(flow, "authenticatorApp");
    t.match(await walk.verify(flow, again, "later"), { outcome: "counted" });
  });

  await t.test("throttled calls are counted, and only the first of a flow is recorded, as nothing that the method did", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(6);
    const flow = await walk.opened(flowOf(account));
    const challengeId = await walk.challenged(flow, "email");
    for (let tries = 0; tries < TRIES; tries += 1) await walk.verify(flow, challengeId, "no");
    const { length } = await walk.events();
    await walk.verify(flow, challengeId, "no", { eventId: "over-tries" });
    for (let calls = 0; calls < 40; calls += 1) await walk.verify(flow, challengeId, calls % 2 === 0 ? "no" : "later");
    const blocked = { at: T0, type: "reset.proof", outcome: "blocked", method: "email" };
    t.strictSame((await walk.events()).slice(length), [{ id: "over-tries", ...blocked, reason: "too-many-tries", ...aboutFlow(flow) }]);
    t.strictSame((await walk.kept(flow)).throttled, { "too-many-tries": 41 });

    await fail(walk, account, "email", WRONG_PROOFS - TRIES);
    const before = (await walk.events()).length;
    await walk.verify(flow, challengeId, "no", { eventId: "paused" });
    for (let calls = 0; calls < 10; calls += 1) await walk.verify(flow, challengeId, "yes");
    const rests = { reason: "too-many-wrong-proofs", pausedUntil: T0 + DAY };
    t.strictSame((await walk.events()).slice(before), [{ id: "paused", ...blocked, ...rests, ...aboutFlow(flow) }]);
  });

  await t.test("an administrator lifts the pause of one kind, or of all, for every class of sources, and for one account", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const [account, other] = [accountNumber(8), accountNumber(9)];
    for (const whose of [account, other]) for (const method of ["email", "sms"] as const) await fail(walk, whose, method, WRONG_PROOFS);
    await fail(walk, account, "email", WRONG_PROOFS, { sources: "familiar" });
    const flow = await walk.opened(flowOf(account));
    const own = await walk.opened(flowOf(account, { sources: "familiar" }));
    for (const paused of [flow, own]) t.match(await walk.challenge(paused, "email"), { outcome: "limited" });

    await walk.store.lift(addressOf(flowOf(account)), { account, kind: "email" });
    for (const open of [flow, own]) t.match(await walk.challenge(open, "email"), { outcome: "challenged" });
    t.match(await walk.challenge(flow, "sms"), { outcome: "limited" }, "another kind still rests");
    await walk.store.lift(addressOf(flowOf(account)), { account });
    t.match(await walk.challenge(flow, "sms"), { outcome: "challenged" });
    t.match(await walk.challenge(await walk.opened(flowOf(other)), "email"), { outcome: "limited" }, "another account still rests");
  });

  await t.test("lifting where nothing rests, or nothing is known, changes nothing", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(10);
    await walk.store.lift(addressOf(flowOf(account)), { account });
    const flow = await walk.opened(flowOf(account));
    const challengeId = await walk.challenged(flow, "email");
    await walk.store.lift(addressOf(flowOf(account)), { account });
    t.match(await walk.verify(flow, challengeId, "yes"), { outcome: "passed" });
  });
}
