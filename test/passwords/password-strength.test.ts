import fc from "fast-check";
import t from "tap";
import { GUIDANCE_CODES, toGuidance } from "../../src/passwords/password-guidance.ts";
import { estimateStrength, loadStrengthEstimator } from "../../src/passwords/password-strength.ts";

t.test("weak passwords say why, strong ones are left alone", async (t) => {
  t.same(estimateStrength("password", []), { score: 0, guidance: ["top-ten-password", "add-uncommon-words"] });
  t.match(estimateStrength("aaaaaaaaaaaaaa", []), { score: 0, guidance: ["repeated-character", "add-uncommon-words", "avoid-repeats"] });
  t.match(estimateStrength("qwertyuiop[]", []).guidance, ["keyboard-row"]);
  t.same(estimateStrength("correct horse battery staple", []), { score: 4, guidance: [] });
});

t.test("words that belong to the person make it weaker", async (t) => {
  const names = ["Zbigniewska-Quarrell"];
  t.equal(estimateStrength("quarrellzbigniewska", []).score, 4);
  t.ok(estimateStrength("quarrellzbigniewska", names).score <= 2, "each part is a word to the estimator");
  t.same(estimateStrength("Zbigniewska1", names).guidance.includes("own-name-or-term"), true);
});

t.test("of a long password the beginning and the end are judged, the better counts", async (t) => {
  const weak = "a".repeat(100);
  t.equal(estimateStrength(weak.repeat(2), []).score <= 1, true);
  t.equal(estimateStrength(`${weak}plum violin harbour tuesday`, []).score, 4);
  t.equal(estimateStrength(`plum violin harbour tuesday${weak}`, []).score, 4);
});

t.test("the estimator never sees more than 32 units, nor a long or endless list of inputs", async (t) => {
  const estimator = loadStrengthEstimator();
  const seen: { length: number; inputs: (string | number)[] }[] = [];
  const check = estimator.check;
  t.teardown(() => Object.assign(estimator, { check }));
  Object.assign(estimator, {
    check(password: string, inputs: (string | number)[]) {
      seen.push({ length: password.length, inputs });
      return check.call(estimator, password, inputs);
    },
  });
  const inputs = Array.from({ length: 5000 }, (_, at) => `term${at} other${at}`);
  estimateStrength("1".repeat(100_000), ["x".repeat(10_000), ...inputs]);
  t.same(
    seen.map(({ length }) => length),
    [32, 32],
  );
  for (const { inputs } of seen) t.ok(inputs.length <= 1200 && inputs.every((input) => String(input).length <= 24));
});

t.test("the estimator is loaded once", async (t) => t.equal(loadStrengthEstimator(), loadStrengthEstimator()));

t.test("codes are kebab-case and unique; unknown keys of a later version are left out", async (t) => {
  t.equal(new Set(GUIDANCE_CODES).size, GUIDANCE_CODES.length);
  for (const code of GUIDANCE_CODES) if (!/^[a-z]+(-[a-z]+)*$/.test(code)) t.fail(code);
  t.same(toGuidance("newInVersion9", ["constructor", "l33t", "l33t"]), ["substitutions-do-not-help"]);
  t.same(toGuidance("dates", ["dates"]), ["date", "avoid-dates"], "one key, two sentences");
});

t.test("any text and any inputs: no exception", async () => {
  const awkward = fc.constantFrom("__proto__", "constructor", "toString", "😀", "\ud800", "\0", "1.1.2001", "aaa");
  const text = fc.array(fc.oneof(awkward, fc.string({ unit: "binary", maxLength: 5 })), { maxLength: 6 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 5 }), (password, inputs) => {
      const { score, guidance } = estimateStrength(password, inputs);
      return score >= 0 && score <= 4 && guidance.every((code) => GUIDANCE_CODES.includes(code));
    }),
    { numRuns: 150 },
  );
});
