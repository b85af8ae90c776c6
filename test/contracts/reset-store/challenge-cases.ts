import type { Test } from "tap";
import { MINUTE, SECOND } from "../../../src/kit/clock.ts";
import type { RetractStep } from "../../../src/resets/reset-store.ts";
import { LIMITS, RESEND_WAIT_MS } from "../../../src/throttle/limits.ts";
import { aboutFlow, accountNumber, addressOf, flowOf, T0 } from "../../builders/reset-flow.ts";
import { CODE_TTL_MS, newStepId, TRIES, walkOn } from "../../builders/reset-walk.ts";
import type { NewNodes } from "../reset-store.test.ts";

export async function challengeCases(t: Test, nodes: NewNodes): Promise<void> {
  await t.test("a challenge by a sent code and by the app", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(1)));
    t.strictSame(await walk.challenge(flow, "email", { challengeId: "c-1", eventId: "e-1" }), {
      outcome: "challenged",
      expiresAt: T0 + CODE_TTL_MS,
      resendAfter: T0 + RESEND_WAIT_MS,
    });
    t.strictSame(await walk.lastEvent(), {
      ...{ id: "e-1", at: T0, type: "reset.challenge", outcome: "success", method: "email", methodId: "email-1" },
      ...aboutFlow(flow),
    });
    t.strictSame(await walk.kept(flow), {
      ...flow,
      replaced: {},
      codes: 1,
      challenges: 1,
      resend: { email: { at: T0 + RESEND_WAIT_MS, next: 1 } },
      challenge: {
        id: "c-1",
        method: "email",
        kind: "email",
        target: { id: "email-1", revision: 1 },
        expiresAt: T0 + CODE_TTL_MS,
        tries: 0,
      },
    });

    t.strictSame(await walk.challenge(flow, "authenticatorApp"), { outcome: "challenged", expiresAt: T0 + CODE_TTL_MS });
    const { codes, challenges } = await walk.kept(flow);
    t.strictSame({ codes, challenges }, { codes: 1, challenges: 2 }, "no code was sent");
  });

  await t.test(
    "a challenge that is taken back leaves what was before: the code, its tries, the wait, the counts, the record",
    async (t) => {
      const walk = walkOn((await nodes())[0]);
      const flow = await walk.opened(flowOf(accountNumber(2)));
      const first = await walk.challenged(flow, "email");
      await walk.verify(flow, first, "no");
      walk.later(RESEND_WAIT_MS);
      const before = await walk.kept(flow);
      const events = await walk.events();
      const second = await walk.challenged(flow, "email", { eventId: "taken back" });
      await walk.store.retract(addressOf(flow), { challengeId: "another", sent: true, eventId: "another" });
      t.equal((await walk.kept(flow)).challenge?.id, second, "another challenge takes nothing back");
      await walk.store.retract(addressOf(flow), { challengeId: second, sent: true, eventId: "taken back" });
      t.strictSame(await walk.kept(flow), before);
      t.strictSame(await walk.events(), events);
      await walk.store.retract(addressOf(flow), { challengeId: second, sent: true, eventId: "taken back" });
      t.strictSame(await walk.kept(flow), before, "once");

      const third = await walk.challenged(flow, "sms");
      await walk.verify(flow, first, "yes");
      await walk.store.retract(addressOf(flow), { challengeId: third, sent: true, eventId: "any" });
      t.match((await walk.kept(flow)).challenge, { id: first, tries: 2 }, "a try in between is not forgiven");
      t.match(await walk.verify(flow, first, "yes"), { outcome: "passed" });
    },
  );

  await t.test("two challenges at the same time, both taken back in either order, leave the good code that was before", async (t) => {
    for (const methods of [
      ["sms", "authenticatorApp"],
      ["authenticatorApp", "sms"],
      ["authenticatorApp", "authenticatorApp"],
    ] as const)
      for (const inOrder of [true, false]) {
        const walk = walkOn((await nodes())[0]);
        const flow = await walk.opened(flowOf(accountNumber(10)));
        const good = await walk.challenged(flow, "email");
        const [before, events] = [await walk.kept(flow), await walk.events()];
        const steps: RetractStep[] = [];
        for (const method of methods) {
          const eventId = newStepId("event");
          steps.push({ challengeId: await walk.challenged(flow, method, { eventId }), sent: method === "sms", eventId });
        }
        for (const step of inOrder ? steps : steps.reverse()) await walk.store.retract(addressOf(flow), step);
        t.strictSame(await walk.kept(flow), before, `${methods}, the ${inOrder ? "earlier" : "later"} first`);
        t.strictSame(await walk.events(), events);
        t.match(await walk.verify(flow, good, "yes"), { outcome: "passed" });
      }
  });

  await t.test(
    "of two challenges at the same time the later stays when the earlier is taken back, with its tries and its wait",
    async (t) => {
      const walk = walkOn((await nodes())[0]);
      const flow = await walk.opened(flowOf(accountNumber(14)));
      const good = await walk.challenged(flow, "email");
      const earlier = await walk.challenged(flow, "sms");
      await walk.verify(flow, earlier, "no");
      const later = await walk.challenged(flow, "authenticatorApp");
      const { challenge } = await walk.kept(flow);
      await walk.store.retract(addressOf(flow), { challengeId: earlier, sent: true, eventId: "any" });
      t.match(await walk.kept(flow), { challenge, codes: 1, challenges: 2, resend: { sms: undefined } });
      t.match(await walk.challenge(flow, "sms"), { outcome: "challenged" }, "and costs no wait");
      await walk.store.retract(addressOf(flow), { challengeId: later, sent: false, eventId: "any" });
      t.match((await walk.kept(flow)).replaced?.challenge, { id: good, tries: 1 }, "a try in between is not forgiven");
    },
  );

  await t.test("the first challenge, taken back, leaves none", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(2)));
    const before = await walk.kept(flow);
    const only = await walk.challenged(flow, "authenticatorApp");
    await walk.store.retract(addressOf(flow), { challengeId: only, sent: false, eventId: "any" });
    t.strictSame(await walk.kept(flow), before);
  });

  await t.test("a challenge ends with its flow", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(2)));
    walk.now = flow.expiresAt - SECOND;
    const result = await walk.challenge(flow, "email");
    t.match(result, { outcome: "challenged", expiresAt: flow.expiresAt });
  });

  await t.test("a method that the person does not have is challenged alike, with nothing behind it", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const { methods } = flowOf(accountNumber(3));
    const flow = await walk.opened(flowOf(accountNumber(3), { methods: { sms: methods.sms ?? [] } }));
    t.strictSame(await walk.challenge(flow, "email", { eventId: "e-1" }), {
      outcome: "challenged",
      expiresAt: T0 + CODE_TTL_MS,
      resendAfter: T0 + RESEND_WAIT_MS,
    });
    t.notOk("target" in ((await walk.kept(flow)).challenge ?? {}));
    t.strictSame(await walk.lastEvent(), {
      ...{ id: "e-1", at: T0, type: "reset.challenge", outcome: "success", method: "email" },
      ...aboutFlow(flow),
    });
  });

  await t.test("what the start did not offer comes only after a proof, and only where the person has it", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const { methods } = flowOf(accountNumber(4));
    const withQuestions = { methods: { ...methods, securityQuestions: [{ id: "questions-1", revision: 1 }] } };
    const flow = await walk.opened(flowOf(accountNumber(4), withQuestions));
    const { length } = await walk.events();
    t.strictSame(await walk.challenge(flow, "securityQuestions"), { outcome: "not-offered" });
    t.strictSame(await walk.challenge(flow, "voice"), { outcome: "not-offered" });
    t.strictSame(await walk.kept(flow), flow, "nothing was counted");
    t.equal((await walk.events()).length, length, "nothing was recorded");

    await walk.verify(flow, await walk.challenged(flow, "email"), "yes");
    t.strictSame(await walk.challenge(flow, "voice"), { outcome: "not-offered" });
    t.match(await walk.challenge(flow, "securityQuestions"), { outcome: "challenged" });
    t.strictSame((await walk.kept(flow)).challenge?.target, { id: "questions-1", revision: 1 });
  });

  await t.test("the default first, a resend to the next of the kind, a chosen one when named", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(5)));
    const targetOf = async (extra = {}) => {
      await walk.challenged(flow, "sms", extra);
      walk.later(RESEND_WAIT_MS);
      return (await walk.kept(flow)).challenge?.target?.id;
    };
    t.equal(await targetOf(), "phone-1");
    t.equal(await targetOf(), "phone-2");
    t.equal(await targetOf(), "phone-1", "and around");
    t.equal(await targetOf({ methodId: "phone-1" }), "phone-1");
    t.equal(await targetOf({ methodId: "email-1" }), undefined, "of another method: nothing is behind it");
  });

  await t.test("a resend waits a minute, by method, and a refused one changes nothing", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(6)));
    const first = await walk.challenged(flow, "email");
    const kept = await walk.kept(flow);
    const { length } = await walk.events();
    walk.later(RESEND_WAIT_MS - 1);
    t.strictSame(await walk.challenge(flow, "email"), { outcome: "limited", retryAt: T0 + RESEND_WAIT_MS });
    t.strictSame(await walk.kept(flow), kept);
    t.equal((await walk.events()).length, length, "a wait is no event");
    t.match(await walk.challenge(flow, "sms"), { outcome: "challenged" }, "another method does not wait");
    t.match(await walk.challenge(flow, "authenticatorApp"), { outcome: "challenged" });
    t.match(await walk.challenge(flow, "authenticatorApp"), { outcome: "challenged" }, "nothing is sent, so nothing waits");
    walk.later(1);
    const second = await walk.challenged(flow, "email");
    t.strictSame(await walk.verify(flow, first, "yes"), { outcome: "rejected" }, "a newer challenge replaces the older");
    t.match(await walk.verify(flow, second, "yes"), { outcome: "passed" });
  });

  await t.test("a newer challenge by another method replaces the older too", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(7)));
    const [email, sms] = [await walk.challenged(flow, "email"), await walk.challenged(flow, "sms")];
    t.strictSame(await walk.verify(flow, email, "yes"), { outcome: "rejected" });
    t.match(await walk.verify(flow, sms, "yes"), { outcome: "passed" });
    t.strictSame(await walk.verify(flow, email, "yes"), { outcome: "rejected" }, "and does not come back");
  });

  await t.test("five codes and twenty challenges in one reset", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(8);
    const flow = await walk.opened(flowOf(account));
    for (let code = 1; code <= LIMITS.codesOfReset[0].limit; code += 1) {
      await walk.challenged(flow, code % 2 === 0 ? "sms" : "email");
      walk.later(RESEND_WAIT_MS);
    }
    const pending = (await walk.kept(flow)).challenge;
    t.strictSame(await walk.challenge(flow, "email", { eventId: "over" }), { outcome: "limited", retryAt: flow.expiresAt });
    const event = { id: "over", at: walk.now, type: "reset.challenge", outcome: "blocked", method: "email", reason: "too-many-codes" };
    t.strictSame(await walk.lastEvent(), { ...event, ...aboutFlow(flow) });
    t.strictSame((await walk.kept(flow)).challenge, pending, "the last code is still good");
    for (let challenge = 6; challenge <= LIMITS.challengesOfReset[0].limit; challenge += 1) await walk.challenged(flow, "authenticatorApp");
    t.strictSame(await walk.challenge(flow, "authenticatorApp"), { outcome: "limited", retryAt: flow.expiresAt });
    t.equal((await walk.lastEvent())?.method, "authenticatorApp");

    const other = await walk.opened(flowOf(account, { openedAt: walk.now }));
    t.match(await walk.challenge(other, "email"), { outcome: "challenged" }, "another reset has codes of its own");
  });

  await t.test("a new code brings new tries, and takes back no failure", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const flow = await walk.opened(flowOf(accountNumber(9)));
    const first = await walk.challenged(flow, "email");
    for (let tries = 0; tries < TRIES; tries += 1) await walk.verify(flow, first, "no");
    walk.later(MINUTE);
    const second = await walk.challenged(flow, "email");
    for (let tries = 0; tries < TRIES; tries += 1) t.strictSame(await walk.verify(flow, second, "no"), { outcome: "rejected" });
    walk.later(MINUTE);
    t.match(await walk.challenge(flow, "email"), { outcome: "limited" }, "ten wrong proofs in all (security.md B07)");
  });
}
