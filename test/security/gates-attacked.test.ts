import t from "tap";
import { MINUTE } from "../../src/kit/clock.ts";
import type { ChallengeMethod } from "../../src/methods/method.ts";
import { createMemoryResetStore } from "../../src/resets/reset-store.memory.ts";
import { GateWalk } from "./gate-walk.ts";
import type { Person, ValueName } from "./gate-world.ts";

/** A reset of one person, step by step. Each step is checked against what was really proved (`proof-oracle.ts`). */
async function begun(person: Person | "nobody" = "nina", roles: string[] = []) {
  const walk = new GateWalk(createMemoryResetStore());
  if (person !== "nobody") walk.world.of(person).roles = roles;
  await walk.open(0, person);
  return {
    walk,
    async ask(method: ChallengeMethod, value?: ValueName, slot = 0) {
      await walk.challenge(slot, method, value);
      return walk.slots[slot]?.challenges.at(-1) ?? "";
    },
    async type(of: string, where: { slot: number; from: number; into: string } = { slot: 0, from: 0, into: of }) {
      const { slot, from, into } = where;
      const flow = walk.slots[from]?.flow;
      await walk.type(slot, into, flow === undefined ? undefined : { of, flow });
    },
    async pass(method: "email" | "sms" | "voice" | "officePhone", value?: ValueName) {
      await this.type(await this.ask(method, value));
    },
    async passOwn(method: "authenticatorApp" | "recoveryCode" | "securityQuestions") {
      await walk.typeOwn(0, await this.ask(method), "nina", true);
      await walk.prove(0);
    },
    isOpen: () => walk.isOpen(0),
  };
}

const administrator = () => begun("nina", ["helpdeskAdministrator"]);

t.test("a user with one gate, and with two", async (t) => {
  const one = await begun();
  t.equal(await one.isOpen(), false, "before any proof");
  await one.pass("email");
  t.equal(await one.isOpen(), true);

  const two = await begun();
  two.walk.world.policy = { ...two.walk.world.policy, methodsRequired: 2 };
  await two.pass("email");
  t.equal(await two.isOpen(), false);
  await two.pass("sms");
  t.equal(await two.isOpen(), true);
  t.equal(await two.walk.complete(0), true);
});

t.test("an administrator does not finish with one gate", async (t) => {
  for (const method of ["email", "sms", "voice", "officePhone"] as const) {
    const reset = await administrator();
    await reset.pass(method);
    t.equal(await reset.isOpen(), false, method);
    t.equal(await reset.walk.complete(0), false);
  }
  const app = await administrator();
  await app.passOwn("authenticatorApp");
  t.equal(await app.isOpen(), false, "authenticatorApp");
});

t.test("an administrator does not finish with the same method twice, nor with two of one kind", async (t) => {
  const pairs: [Parameters<Awaited<ReturnType<typeof begun>>["pass"]>, Parameters<Awaited<ReturnType<typeof begun>>["pass"]>][] = [
    [
      ["email", "emailOne"],
      ["email", "emailOne"],
    ],
    [
      ["email", "emailOne"],
      ["email", "emailTwo"],
    ],
    [["sms"], ["voice"]],
    [["sms"], ["officePhone"]],
    [["voice"], ["officePhone"]],
  ];
  for (const [first, second] of pairs) {
    const reset = await administrator();
    await reset.pass(...first);
    reset.walk.wait(MINUTE);
    await reset.pass(...second);
    t.equal(await reset.isOpen(), false, `${first} and ${second}`);
    t.equal(await reset.walk.complete(0), false);
  }
});

t.test("an administrator does not finish with questions or saved codes", async (t) => {
  for (const weak of ["securityQuestions", "recoveryCode"] as const) {
    const reset = await administrator();
    await reset.pass("email");
    await reset.passOwn(weak);
    t.equal(await reset.isOpen(), false, weak);
  }
});

t.test("an administrator finishes with two different ones of email, phone and app", async (t) => {
  const reset = await administrator();
  await reset.pass("email");
  await reset.passOwn("authenticatorApp");
  t.equal(await reset.isOpen(), true);
  t.equal(await reset.walk.complete(0), true);
  t.equal(await reset.walk.complete(0), false, "once");
});

t.test("changing the tenant's policy opens nothing for an administrator", async (t) => {
  const reset = await administrator();
  await reset.pass("email");
  reset.walk.world.policy = { scope: "all", methodsRequired: 1, methods: ["email"] };
  t.equal(await reset.isOpen(), false);
  reset.walk.world.administrators = { enabled: true, methods: ["email", "sms"] };
  t.equal(await reset.isOpen(), false);
  t.equal(await reset.walk.complete(0), false);
});

t.test("switching the method half-way leaves no gate behind (CVE-2026-18963)", async (t) => {
  const reset = await administrator();
  await reset.pass("email");
  const sms = await reset.ask("sms");
  await reset.ask("authenticatorApp");
  t.equal(await reset.isOpen(), false, "asked is not proved");
  await reset.type(sms);
  t.equal(await reset.isOpen(), false, "the code of the method that was left is void");
  await reset.walk.typeOwn(0, reset.walk.slots[0]?.challenges.at(-1), "nina", false);
  await reset.walk.prove(0);
  t.equal(await reset.isOpen(), false);
});

t.test("a role granted in between raises the bar at once, up to the last moment", async (t) => {
  const reset = await begun();
  await reset.pass("email");
  t.equal(await reset.isOpen(), true);
  const completed = await reset.walk.complete(0, () => {
    reset.walk.world.of("nina").roles = ["globalAdministrator"];
  });
  t.equal(completed, false, "granted after the claim: the judgement in the transaction shuts it");
  t.equal(await reset.isOpen(), false);
  await reset.pass("sms");
  t.equal(await reset.isOpen(), true, "and the second gate opens it again: nothing was used up");
});

t.test("a removed, replaced or blocked value takes its proof along", async (t) => {
  for (const change of [{ standing: "absent" }, { standing: "unconfirmed" }, { standing: "blocked" }, { revision: 2 }] as const) {
    const reset = await begun();
    await reset.pass("email", "emailOne");
    t.equal(await reset.isOpen(), true);
    Object.assign(reset.walk.world.of("nina").values.get("emailOne") ?? {}, change);
    t.equal(await reset.isOpen(), false, JSON.stringify(change));
  }
});

t.test("a proof by SMS does not count once only voice is allowed", async (t) => {
  const reset = await begun();
  await reset.pass("sms");
  reset.walk.world.policy = { scope: "all", methodsRequired: 1, methods: ["voice", "email"] };
  t.equal(await reset.isOpen(), false);
});

t.test("the right code of another reset, of the same person or of somebody else, proves nothing", async (t) => {
  for (const other of ["nina", "omar"] as const) {
    const reset = await begun();
    await reset.walk.open(1, other);
    const theirs = await reset.ask("email", "emailOne", 1);
    const mine = await reset.ask("email", "emailOne");
    await reset.type(theirs, { slot: 0, from: 1, into: theirs });
    await reset.type(theirs, { slot: 0, from: 1, into: mine });
    t.equal(await reset.isOpen(), false, other);
    await reset.type(mine, { slot: 1, from: 0, into: mine });
    await reset.type(mine, { slot: 1, from: 0, into: theirs });
    t.equal(await reset.walk.isOpen(1), false, other);
  }
});

t.test("an app of somebody else proves nothing", async (t) => {
  const reset = await begun();
  await reset.walk.typeOwn(0, await reset.ask("authenticatorApp"), "omar", true);
  await reset.walk.prove(0);
  t.equal(await reset.isOpen(), false);
});

t.test("no code opens a decoy: of nobody, of the disabled, of who is out of scope", async (t) => {
  const nobody = await begun("nobody");
  await nobody.pass("email");
  t.equal(await nobody.isOpen(), false, "nobody");
  for (const what of ["disabled", "out of scope"]) {
    const { walk } = await begun();
    if (what === "disabled") walk.world.of("nina").enabled = false;
    else walk.world.policy = { ...walk.world.policy, scope: "none" };
    await walk.open(1, "nina");
    await walk.challenge(1, "email");
    const [flow, of] = [walk.slots[1]?.flow, walk.slots[1]?.challenges.at(-1)];
    if (flow !== undefined && of !== undefined) await walk.type(1, of, { of, flow });
    walk.world.of("nina").enabled = true;
    walk.world.policy = { ...walk.world.policy, scope: "all" };
    t.equal(await walk.isOpen(1), false, `${what} at the start: not even when it is lifted afterwards`);
  }
});

t.test("a finished reset takes every other one of the person along", async (t) => {
  const reset = await begun();
  await reset.walk.open(1, "nina");
  const open = async (slot: number) => {
    await reset.walk.challenge(slot, "email");
    const [flow, of] = [reset.walk.slots[slot]?.flow, reset.walk.slots[slot]?.challenges.at(-1)];
    if (flow !== undefined && of !== undefined) await reset.walk.type(slot, of, { of, flow });
    return reset.walk.isOpen(slot);
  };
  t.equal(await open(0), true);
  t.equal(await open(1), true);
  t.equal(await reset.walk.complete(1), true);
  t.equal(await reset.isOpen(), false);
  t.equal(await reset.walk.complete(0), false);
});
