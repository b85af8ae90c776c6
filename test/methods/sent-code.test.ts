import t from "tap";
import { normalizeCode } from "../../src/methods/sent-code.ts";

t.test("a code may be typed in the digits of any script", async (t) => {
  t.equal(normalizeCode("١٢٣٤ ٥٦٧٨"), "12345678", "Arabic");
  t.equal(normalizeCode("۱۲۳۴-۵۶۷۸"), "12345678", "Persian");
  t.equal(normalizeCode("०९८७ ६५४३"), "09876543", "Devanagari");
  t.equal(normalizeCode("１２３４５６７８"), "12345678", "full width");
  t.equal(normalizeCode("12٣४ 5𝟼7８"), "12345678", "mixed");
});

t.test("each script that is known here writes 0 to 9", async (t) => {
  let scripts = 0;
  for (const system of Intl.supportedValuesOf("numberingSystem")) {
    const digits = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false, minimumIntegerDigits: 10 }).format(123_456_789);
    if (!/^\p{Nd}{10}$/u.test(digits)) continue;
    scripts += 1;
    t.equal(normalizeCode(digits), "0123456789", system);
  }
  t.ok(scripts > 50);
});

t.test("every decimal digit of Unicode becomes one of ours, each value equally often", async (t) => {
  const found = new Map<string, number>();
  for (let point = 0; point <= 0x10ffff; point++) {
    const character = String.fromCodePoint(point);
    if (!/\p{Nd}/u.test(character)) continue;
    const digit = normalizeCode(character);
    if (!/^[0-9]$/.test(digit)) t.fail(point.toString(16));
    found.set(digit, (found.get(digit) ?? 0) + 1);
  }
  t.equal(found.size, 10);
  t.equal(new Set(found.values()).size, 1);
});

t.test("what is no digit stays, and is wrong", async (t) => {
  t.equal(normalizeCode(" 1234 – 5678 "), "12345678");
  t.equal(normalizeCode("1234567x"), "1234567x");
  t.equal(normalizeCode("²三"), "2三", "of compatibility forms only what NFKC makes a digit");
  t.equal(normalizeCode(""), "");
});
