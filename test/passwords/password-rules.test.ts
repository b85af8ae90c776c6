import t from "tap";
import { passwordRules } from "../../src/passwords/password-rules.ts";

t.test("the rules of a policy with history", async (t) => {
  t.same(passwordRules({ minLength: 14, history: 4 }), [
    { rule: "min-length", value: 14 },
    { rule: "max-length", value: 256 },
    { rule: "not-common" },
    { rule: "no-banned-terms" },
    { rule: "no-names" },
    { rule: "not-in-history", value: 4 },
  ]);
});

t.test("no history, no such rule; the length that is said is the length that is asked", async (t) => {
  const rules = passwordRules({ minLength: 3, history: 0 });
  t.notOk(rules.some(({ rule }) => rule === "not-in-history"));
  t.same(rules[0], { rule: "min-length", value: 8 });
});
