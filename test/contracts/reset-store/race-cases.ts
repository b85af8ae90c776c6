import type { Test } from "tap";
import { LIMITS, RESEND_WAIT_MS } from "../../../src/throttle/limits.ts";
import { accountNumber, flowOf } from "../../builders/reset-flow.ts";
import { TRIES, WRONG_PROOFS, walkOn } from "../../builders/reset-walk.ts";
import type { NewNodes, Nodes } from "../reset-store.test.ts";

/** So many calls at once, spread over the nodes; how often each outcome came. */
async function outcomesOf(
  times: number,
  nodes: Nodes,
  call: (walk: ReturnType<typeof walkOn>, number: number) => Promise<{ outcome: string }>,
) {
  const results = await Promise.all(
    Array.from({ length: times }, (_, number) => call(walkOn(nodes[number % nodes.length] ?? nodes[0]), number)),
  );
  const counts: Record<string, number> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

export async function raceCases(t: Test, newNodes: NewNodes): Promise<void> {
  await t.test("of 200 parallel wrong codes exactly five are evaluated, and no right one after them", async (t) => {
    const nodes = await newNodes();
    const walk = walkOn(nodes[0]);
    const flow = await walk.opened(flowOf(accountNumber(1)));
    const challengeId = await walk.challenged(flow, "email");
    t.strictSame(await outcomesOf(200, nodes, (node) => node.verify(flow, challengeId, "no")), { rejected: TRIES, limited: 200 - TRIES });
    t.match(await walk.verify(flow, challengeId, "yes"), { outcome: "limited" });
    walk.later(RESEND_WAIT_MS);
    const next = await walk.challenged(flow, "email");
    for (let left = WRONG_PROOFS - TRIES; left > 0; left -= 1) await walk.verify(flow, next, "no");
    t.match(await walk.verify(flow, next, "yes"), { outcome: "limited" }, "exactly five were counted");
  });

  await t.test("of 200 parallel codes to be proved later exactly five are counted", async (t) => {
    const nodes = await newNodes();
    const walk = walkOn(nodes[0]);
    const flow = await walk.opened(flowOf(accountNumber(2)));
    const challengeId = await walk.challenged(flow, "authenticatorApp");
    t.strictSame(await outcomesOf(200, nodes, (node) => node.verify(flow, challengeId, "later")), { counted: TRIES, limited: 200 - TRIES });
  });

  await t.test("over 40 flows of one account exactly ten wrong codes are evaluated", async (t) => {
    const nodes = await newNodes();
    const walk = walkOn(nodes[0]);
    const account = accountNumber(3);
    const pending: { flow: ReturnType<typeof flowOf>; challengeId: string }[] = [];
    for (let flows = 0; flows < 40; flows += 1) {
      const flow = flowOf(account);
      await walk.open(flow, { workProved: true });
      pending.push({ flow, challengeId: await walk.challenged(flow, "email") });
    }
    const counts = await outcomesOf(200, nodes, (node, number) => {
      const { flow, challengeId } = pending[number % pending.length] ?? { flow: flowOf(account), challengeId: "" };
      return node.verify(flow, challengeId, "no");
    });
    t.strictSame(counts, { rejected: WRONG_PROOFS, limited: 200 - WRONG_PROOFS });
  });

  await t.test("of 64 identical right codes one passes", async (t) => {
    const nodes = await newNodes();
    const walk = walkOn(nodes[0]);
    const flow = await walk.opened(flowOf(accountNumber(4)));
    const challengeId = await walk.challenged(flow, "email");
    t.strictSame(await outcomesOf(64, nodes, (node) => node.verify(flow, challengeId, "yes")), { passed: 1, rejected: 63 });
    t.equal((await walk.events()).filter(({ type }) => type === "reset.proof").length, 1);
  });

  await t.test("of 64 parallel claims one holds", async (t) => {
    const nodes = await newNodes();
    const walk = walkOn(nodes[0]);
    const flow = await walk.opened(flowOf(accountNumber(5)));
    t.strictSame(await outcomesOf(64, nodes, (node, number) => node.claim(flow, `claim-${number}`)), { claimed: 1, invalid: 63 });
  });

  await t.test("claims race a finish: nothing holds after it", async (t) => {
    const nodes = await newNodes();
    const walk = walkOn(nodes[0]);
    const account = accountNumber(6);
    const flow = await walk.opened(flowOf(account));
    const others = [await walk.opened(flowOf(account)), await walk.opened(flowOf(account))];
    await walk.claim(flow, "claim");
    await Promise.all([
      walk.finish(flow),
      outcomesOf(30, nodes, (node, number) => node.claim(others[number % 2] ?? flow, `claim-${number}`)),
    ]);
    walk.later(60_000);
    for (const other of others) t.strictSame(await walk.claim(other, "late"), { outcome: "invalid" });
  });

  await t.test("of 64 parallel starts ten open, and every refused one was counted", async (t) => {
    const nodes = await newNodes();
    const account = accountNumber(7);
    const cap = LIMITS.startsOfAccount[0].limit;
    t.strictSame(await outcomesOf(64, nodes, (node) => node.open(flowOf(account))), { open: cap, work: 64 - cap });
  });

  await t.test("of 64 parallel requests one code is sent", async (t) => {
    const nodes = await newNodes();
    const walk = walkOn(nodes[0]);
    const flow = await walk.opened(flowOf(accountNumber(8)));
    t.strictSame(await outcomesOf(64, nodes, (node) => node.challenge(flow, "email")), { challenged: 1, limited: 63 });
    const { codes, challenges } = await walk.kept(flow);
    t.strictSame({ codes, challenges }, { codes: 1, challenges: 1 });
  });
}
