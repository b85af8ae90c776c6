import type { Test } from "tap";
import { LIMITS } from "../../../src/throttle/limits.ts";
import { accountNumber, addressOf, flowOf } from "../../builders/reset-flow.ts";
import { newStepId, WRONG_PROOFS, walkOn } from "../../builders/reset-walk.ts";
import type { NewNodes } from "../reset-store.test.ts";

const SIGNED_IN = { purpose: "sign-in", sources: "signed-in" } as const;
const PROOF = { purpose: "proof", sources: "stepping-up" } as const;

/** What a flow is for: second steps and fresh proofs beside resets and unlocks. */
export async function purposeCases(t: Test, nodes: NewNodes): Promise<void> {
  await t.test("steps are recorded under the name of their purpose, those of an unlock as a reset's", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const names = { reset: "reset", unlock: "reset", "sign-in": "sign-in", proof: "proof" } as const;
    for (const [purpose, name] of Object.entries(names) as [keyof typeof names, string][]) {
      const before = (await walk.events()).length;
      const flow = await walk.opened(flowOf(accountNumber(5), { purpose }));
      const challengeId = await walk.challenged(flow, "email");
      await walk.verify(flow, challengeId, "no");
      await walk.cancel(flow);
      t.strictSame(
        (await walk.events()).slice(before).map(({ type }) => type),
        [`${name}.start`, `${name}.challenge`, `${name}.proof`, `${name}.cancel`],
      );
    }
  });

  await t.test("one proof ends a second step and a fresh proof; a reset and an unlock go on", async (t) => {
    const walk = walkOn((await nodes())[0]);
    for (const [purpose, goesOn] of [
      ["reset", true],
      ["unlock", true],
      ["sign-in", false],
      ["proof", false],
    ] as const) {
      for (const later of [false, true]) {
        const flow = await walk.opened(flowOf(accountNumber(6), { purpose }));
        const challengeId = await walk.challenged(flow, later ? "authenticatorApp" : "email");
        const counted = await walk.verify(flow, challengeId, later ? "later" : "yes");
        t.equal(counted.outcome, later ? "counted" : "passed");
        const passed = later ? await walk.prove(flow, challengeId, { id: "app-1", revision: 2 }) : counted;
        t.match(passed, {
          outcome: "passed",
          flow: { id: flow.id, proofs: { [later ? "authenticatorApp" : "email"]: { methodId: later ? "app-1" : "email-1" } } },
        });
        t.equal((await walk.read(flow)).outcome, goesOn ? "found" : "invalid", `${purpose} ${later ? "later" : "at once"}`);
        t.equal((await walk.challenge(flow, "sms")).outcome, goesOn ? "challenged" : "invalid");
      }
    }
  });

  await t.test("of many right codes for a second step at once one passes", async (t) => {
    const stores = await nodes();
    const walks = stores.map(walkOn);
    const [walk] = walks;
    if (walk === undefined) throw new Error("no node");
    const flow = await walk.opened(flowOf(accountNumber(7), SIGNED_IN));
    const challengeId = await walk.challenged(flow, "email");
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, index) => walks[index % walks.length]?.verify(flow, challengeId, "yes")),
    );
    t.strictSame(results.map((result) => result?.outcome).sort(), [...Array(11).fill("invalid"), "passed"]);
  });

  await t.test("whoever is signed in is counted at no start, and neither fills a counter of the other", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(8);
    const [{ limit }] = LIMITS.startsOfAccount;
    for (const about of [SIGNED_IN, PROOF])
      for (let start = 0; start < 3 * limit; start += 1)
        t.equal((await walk.open(flowOf(account, about))).outcome, "open", "no start is refused");
    t.equal((await walk.open(flowOf(account))).outcome, "open", "and none was counted for strangers");

    const exhaust = async (about: Parameters<typeof flowOf>[1]) => {
      for (let wrong = 0; wrong < WRONG_PROOFS; ) {
        const flow = flowOf(account, about);
        await walk.open(flow, { workProved: true });
        const challengeId = await walk.challenged(flow, "email");
        for (let tries = 0; tries < 5 && wrong < WRONG_PROOFS; tries += 1, wrong += 1) await walk.verify(flow, challengeId, "no");
      }
      const last = flowOf(account, about);
      await walk.open(last, { workProved: true });
      return (await walk.challenge(last, "email")).outcome;
    };
    t.equal(await exhaust({}), "limited", "strangers used up what strangers have");
    const step = await walk.opened(flowOf(account, SIGNED_IN));
    t.equal((await walk.challenge(step, "email")).outcome, "challenged", "a second step goes on");
    t.equal(await exhaust(SIGNED_IN), "limited", "wrong second steps are counted");
    const proof = await walk.opened(flowOf(account, PROOF));
    t.equal((await walk.challenge(proof, "email")).outcome, "challenged", "apart from fresh proofs");
    t.equal(await exhaust(PROOF), "limited", "which are counted, too");
    const own = flowOf(account, { sources: "familiar" });
    await walk.open(own, { workProved: true });
    t.equal((await walk.challenge(own, "email")).outcome, "challenged", "the person's own resets go on");
  });

  await t.test("a completed reset voids what runs beside it, second steps and fresh proofs too", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(9);
    const reset = await walk.opened(flowOf(account));
    const others = [await walk.opened(flowOf(account, SIGNED_IN)), await walk.opened(flowOf(account, PROOF))];
    await walk.store.finish(addressOf(reset), { account, now: walk.now });
    for (const other of others) t.equal((await walk.challenge(other, "email", { eventId: newStepId("event") })).outcome, "invalid");
  });
}
