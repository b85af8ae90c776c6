import fc from "fast-check";
import t from "tap";
import { foldCase } from "../../src/users/case-fold.ts";

const EVERY_CHARACTER = Array.from({ length: 0x110000 }, (_, point) => point)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."aAßẞſﬀﬁσςΣİıIiKÅå\u0301\u0307\u0308\u0345\u0323ΐΰᾳŉǰՙևᾼ½ﷺ①") }),
);

t.test("names that differ in writing alone fold to one", async (t) => {
  const one: [string, string][] = [
    ["ANNA", "anna"],
    ["ａｎｎａ", "anna"],
    ["STRASSE", "straße"],
    ["STRAẞE", "strasse"],
    ["\ufb01nn", "finn"],
    ["\u212aarl", "karl"],
    ["\u212bsa", "åsa"],
    ["A\u030asa", "ÅSA"],
    ["ΟΔΥΣΣΕΥΣ", "οδυσσευς"],
    ["\u0130nci", "i\u0307nci"],
    ["\u2075", "5"],
  ];
  for (const [left, right] of one) t.equal(foldCase(left), foldCase(right), `${left} ${right}`);
});

t.test("names that are different words stay two", async (t) => {
  const two: [string, string][] = [
    ["m\u0131ke", "mike"],
    ["\u0130nci", "inci"],
    ["åsa", "asa"],
    ["\u0430nna", "anna"],
    ["øle", "ole"],
  ];
  for (const [left, right] of two) t.not(foldCase(left), foldCase(right), `${left} ${right}`);
});

t.test("every character: folding twice is folding once, and upper and lower case fold to the same", async (t) => {
  const twice = EVERY_CHARACTER.filter((character) => foldCase(foldCase(character)) !== foldCase(character));
  t.same(twice, []);
  const cased = EVERY_CHARACTER.filter((character) => {
    const folded = foldCase(character);
    return foldCase(character.toLowerCase()) !== folded || (foldCase(character.toUpperCase()) !== folded && character !== "\u0131");
  });
  t.same(cased, []);
});

t.test("every character: one that folds to one other is the same letter by Unicode's own case folding", async (t) => {
  const wrong = EVERY_CHARACTER.filter((character) => {
    const folded = foldCase(character);
    // The regular expression flags `iu` compare by CaseFolding.txt; compatibility characters are another matter.
    if (folded === character || character.normalize("NFKC") !== character || [...folded].length !== 1) return false;
    return !new RegExp(`^\\u{${folded.codePointAt(0)?.toString(16)}}$`, "iu").test(character);
  });
  t.same(wrong, []);
});

t.test("any text: idempotent, and blind to case and normalisation form", async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(text, (name) => {
        const folded = foldCase(name);
        const forms = ["NFC", "NFD", "NFKC", "NFKD"].map((form) => foldCase(name.normalize(form)));
        const cases = name.includes("\u0131") ? [] : [foldCase(name.normalize("NFD").toUpperCase())];
        return [foldCase(folded), foldCase(name.normalize("NFD").toLowerCase()), ...forms, ...cases].every((other) => other === folded);
      }),
      { numRuns: 5000 },
    ),
  );
});
