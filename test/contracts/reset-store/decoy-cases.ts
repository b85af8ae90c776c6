import type { Test } from "tap";
import type { ResetFlow, StepEvent } from "../../../src/resets/reset-flow.ts";
import { RESEND_WAIT_MS } from "../../../src/throttle/limits.ts";
import { accountNumber, decoyOf, flowOf } from "../../builders/reset-flow.ts";
import { newStepId, type ResetWalk, TRIES, walkOn } from "../../builders/reset-walk.ts";
import type { NewNodes } from "../reset-store.test.ts";

/** A whole attack on one name, to every limit there is; answers what an observer sees. `matches`: what the typed codes would be. */
async function attack(walk: ResetWalk, account: string, build: (account: string) => ResetFlow, matches: "yes" | "no"): Promise<unknown[]> {
  const seen: unknown[] = [];
  const start = walk.now;
  const flows = Array.from({ length: 12 }, () => build(account));
  for (const flow of flows) seen.push(await walk.open(flow));
  for (const flow of flows) {
    for (const method of ["email", "sms", "authenticatorApp", "securityQuestions", "email", "voice", "sms", "email"] as const) {
      const challengeId = newStepId("challenge");
      seen.push(await walk.challenge(flow, method, { challengeId }));
      for (let tries = 0; tries <= TRIES; tries += 1) {
        const by = method === "authenticatorApp" ? "later" : matches;
        const { outcome, ...rest } = await walk.verify(flow, challengeId, by);
        seen.push({ outcome, retryAt: "retryAt" in rest ? rest.retryAt : undefined });
        if (outcome === "counted") seen.push(await walk.prove(flow, challengeId));
      }
      walk.later(RESEND_WAIT_MS / 4);
    }
    seen.push((await walk.read(flow)).outcome, (await walk.claim(flow, "claim")).outcome);
  }
  walk.now = start;
  return seen;
}

/** What is recorded, without what only the record may know. */
function shape({ at, type, outcome, method, reason }: StepEvent): unknown {
  return { at, type, outcome, method, reason };
}

export async function decoyCases(t: Test, nodes: NewNodes): Promise<void> {
  await t.test("a decoy answers, counts and is recorded as a real flow that gets wrong codes", async (t) => {
    const real = walkOn((await nodes())[0]);
    const wrong = await attack(real, accountNumber(1), flowOf, "no");
    const wrongEvents = await real.events();
    for (const methods of [flowOf(accountNumber(1)).methods, {}]) {
      const decoy = walkOn((await nodes())[0]);
      const guessed = await attack(decoy, accountNumber(1), (account) => decoyOf(account, { methods }), "yes");
      t.strictSame(guessed, wrong, "even when every code is guessed right");
      const events = await decoy.events();
      t.strictSame(events.map(shape), wrongEvents.map(shape));
      t.ok(events.every((event) => event.decoy && event.methodId === undefined));
    }
    for (const outcome of ["rejected", "limited", "not-offered", "challenged", "work", "counted"])
      t.ok(JSON.stringify(wrong).includes(`"${outcome}"`), `the attack met ${outcome}`);
  });

  await t.test("so does a real flow by a method that the person does not have", async (t) => {
    const real = walkOn((await nodes())[0]);
    const wrong = await attack(real, accountNumber(2), flowOf, "no");
    const bare = walkOn((await nodes())[0]);
    const guessed = await attack(bare, accountNumber(2), (account) => flowOf(account, { methods: {} }), "yes");
    t.strictSame(guessed, wrong);
  });

  await t.test("no gate of a decoy passes, whatever it was given", async (t) => {
    const walk = walkOn((await nodes())[0]);
    const account = accountNumber(3);
    const flow = await walk.opened(flowOf(account, { decoy: true }));
    t.strictSame(await walk.verify(flow, await walk.challenged(flow, "email"), "yes"), { outcome: "rejected" });
    const challengeId = await walk.challenged(flow, "authenticatorApp");
    await walk.verify(flow, challengeId, "later");
    t.strictSame(await walk.prove(flow, challengeId, { id: "app-1", revision: 2 }), { outcome: "rejected" });
    t.strictSame((await walk.kept(flow)).proofs, {});
  });
}
