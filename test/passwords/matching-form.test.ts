import fc from "fast-check";
import t from "tap";
import { countCodePoints, toMatchingForm } from "../../src/passwords/matching-form.ts";

/** Any UTF-16, halves of surrogate pairs included. */
const anyUnits = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units));
const anyText = fc.oneof(anyUnits, fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));

t.test("the published substitutions, and no others", async (t) => {
  t.equal(toMatchingForm("P@$$w0rd1!"), "passwordl!");
  t.equal(toMatchingForm("345678 \t"), "345678 \t");
});

t.test("case, compatibility forms and accents fall together", async (t) => {
  t.equal(toMatchingForm("ＰＡＳＳ"), "pass", "full width");
  t.equal(toMatchingForm("Åsa Öst"), "asa ost");
  t.equal(toMatchingForm("STRASSE"), toMatchingForm("Straße"));
  t.equal(toMatchingForm("ΟΔΟΣ"), toMatchingForm("οδοσ1").slice(0, 4), "a final sigma is a sigma");
  t.equal(toMatchingForm("İstanbul"), toMatchingForm("ıstanbul"));
  t.not(toMatchingForm("कि"), toMatchingForm("क"), "vowel signs of other scripts stay");
});

t.test("normalising twice is normalising once", async () => {
  fc.assert(
    fc.property(anyText, (text) => toMatchingForm(toMatchingForm(text)) === toMatchingForm(text)),
    { numRuns: 2000 },
  );
});

t.test("composed and decomposed text have one form", async () => {
  fc.assert(
    fc.property(anyText, (text) => toMatchingForm(text.normalize("NFD")) === toMatchingForm(text.normalize("NFC"))),
    { numRuns: 2000 },
  );
});

t.test("every code point of Unicode alone keeps both laws", async (t) => {
  const broken: string[] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const text = String.fromCodePoint(point);
    const form = toMatchingForm(text);
    if (toMatchingForm(form) !== form || toMatchingForm(text.normalize("NFD")) !== form) broken.push(point.toString(16));
  }
  t.same(broken, []);
});

t.test("length counts code points", async (t) => {
  t.equal(countCodePoints("😀é1"), 3);
  t.equal(countCodePoints(""), 0);
});
