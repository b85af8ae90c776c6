import t from "tap";
import { WrongUsage } from "../../src/cli/failure.ts";
import { differences, members, patchOf } from "../../src/cli/policy-patch.ts";
import { countedBar, countedSentence } from "../../src/cli/progress-line.ts";

t.test("path=value makes a merge patch", async (t) => {
  t.strictSame(patchOf(["scope=selected", "groups=a, b", "methodsRequired=2", "registration.skipDays=0", "registration.required=false"]), {
    scope: "selected",
    groups: ["a", "b"],
    methodsRequired: 2,
    registration: { skipDays: 0, required: false },
  });
  t.strictSame(patchOf(["groups=", "helpdesk.url=https://help.contoso.example/?a=b", "helpdesk.email=null"]), {
    groups: [],
    helpdesk: { url: "https://help.contoso.example/?a=b", email: null },
  });
  t.strictSame(patchOf(['ownNetworks=["192.0.2.0/24"]', "methods=email"]), { ownNetworks: ["192.0.2.0/24"], methods: ["email"] });
});

t.test("what is no path=value, twice, or both a whole and a part is wrong usage", async (t) => {
  for (const pairs of [["scope"], ["=all"], ["a..b=1"], ["__proto__.x=1"], ["scope=all", "scope=none"], ["helpdesk=1", "helpdesk.url=x"]])
    t.throws(() => patchOf(pairs), WrongUsage, pairs.join(" "));
  t.equal(({} as { x?: unknown }).x, undefined);
});

t.test("what changed, and what there is, by path", async (t) => {
  const before = { scope: "all", passwords: { minLength: 12, history: 1 }, groups: [] };
  const after = { scope: "all", passwords: { minLength: 14, history: 1 }, groups: ["a"], helpdesk: { url: "x" } };
  t.strictSame(differences(before, after), ["passwords.minLength: 12 → 14", 'groups: [] → ["a"]', 'helpdesk: nothing → {"url":"x"}']);
  t.strictSame(members(before), [
    ["scope", "all"],
    ["passwords.minLength", "12"],
    ["passwords.history", "1"],
    ["groups", ""],
  ]);
});

t.test("how far a job is", async (t) => {
  const state = { name: "Resetting", done: 120, total: 1000, seconds: 7 };
  t.equal(countedSentence(state), "Resetting: 120 of 1,000 (12 %)");
  const bar = countedBar(state, 80);
  t.match(bar, /^Resetting {2}█+░+ {3}12 % {2}120 of 1,000 {2}0:07$/);
  t.ok(countedBar(state, 30).length < 30);
  t.equal(countedSentence({ ...state, done: 0, total: 0 }), "Resetting: 0 of 0 (100 %)");
});
