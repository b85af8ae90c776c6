import fc from "fast-check";
import examples from "libphonenumber-js/examples.mobile";
import { getCountries, getExampleNumber } from "libphonenumber-js/max";
import t from "tap";
import { maskPhoneNumber, parsePhoneNumber } from "../../src/methods/phone-number.ts";

t.test("any usual writing becomes E.164", async (t) => {
  const written: [string, string | undefined, string][] = [
    ["+46 701740605", undefined, "+46701740605"],
    ["+46 70-174 06 05", undefined, "+46701740605"],
    ["+46 (0)70-174 06 05", undefined, "+46701740605"],
    ["+46(0)701740605", "US", "+46701740605"],
    ["070-174 06 05", "SE", "+46701740605"],
    ["070-174 06 05", "se", "+46701740605"],
    ["070/174.06.05", "SE", "+46701740605"],
    ["070–174 06 05", "SE", "+46701740605"],
    ["070\u00a0174\u202f06\u00a005", "SE", "+46701740605"],
    ["０７０－１７４０６０５", "SE", "+46701740605"],
    ["＋４６ ７０ １７４ ０６ ０５", undefined, "+46701740605"],
    ["+٤٦٧٠١٧٤٠٦٠٥", undefined, "+46701740605"],
    ["\u202a+46 70 174 06 05\u202c", undefined, "+46701740605"],
    ["701740605", "SE", "+46701740605"],
    ["46701740605", "SE", "+46701740605"],
    ["0046 70 174 06 05", "SE", "+46701740605"],
    ["0046701740605", undefined, "+46701740605"],
    ["(0046) 70 174 06 05", undefined, "+46701740605"],
    ["0046 70 174 06 05", "US", "+46701740605"],
    ["011 46 70 174 06 05", "US", "+46701740605"],
    ["tel:+46-70-174-06-05", undefined, "+46701740605"],
    ["08-465 004 00", "SE", "+46846500400"],
    ["(202) 555-0134", "US", "+12025550134"],
    ["1-202-555-0134", "US", "+12025550134"],
    ["06 1234 5678", "IT", "+390612345678"],
    ["8 (495) 123-45-67", "RU", "+74951234567"],
  ];
  for (const [text, country, e164] of written) t.same(parsePhoneNumber(text, country), { ok: true, e164 }, `${text} ${country ?? ""}`);
});

t.test("every country's mobile numbers, in the country's own writing and in others", async (t) => {
  for (const country of getCountries()) {
    const example = getExampleNumber(country, examples);
    if (example === undefined) throw new Error(`no example for ${country}`);
    const e164 = example.number;
    const writings: [string, string | undefined][] = [
      [example.formatNational(), country],
      [example.formatInternational(), undefined],
      [example.formatInternational().replaceAll(" ", "\u00a0").replace("+", "00"), country],
      [example.formatInternational().replaceAll(/[+0-9]/g, (sign) => String.fromCodePoint(sign.charCodeAt(0) + 0xfee0)), "SE"],
      [example.format("RFC3966"), undefined],
    ];
    for (const [text, from] of writings) t.same(parsePhoneNumber(text, from), { ok: true, e164 }, `${country} ${text}`);
  }
});

t.test("numbers that regulators keep for examples are accepted, listed or not", async (t) => {
  const examples = [
    "+12025550100",
    "+15555551234",
    "+15551234567",
    "+447700900123",
    "+441632960123",
    "+442079460123",
    "+46701740605",
    "+46846500400",
  ];
  examples.push("+33639981234", "+61491570156", "+353209123456", "+493023125123", "+4512345678", "+46700000001");
  for (const e164 of examples) t.same(parsePhoneNumber(e164), { ok: true, e164 });
});

t.test("what is refused, and why", async (t) => {
  const refused: [string, string | undefined, string][] = [
    ["", "SE", "not-a-phone-number"],
    ["abc", "SE", "not-a-phone-number"],
    ["call 070-174 06 05 now", "SE", "not-a-phone-number"],
    ["070-174 06 05; 070-174 06 06", "SE", "not-a-phone-number"],
    ["+46 7O1 74 06 05", undefined, "not-a-phone-number"],
    ["+46 70 174 06 0⁵", undefined, "not-a-phone-number"],
    ["+46 70 174 06 ①①", undefined, "not-a-phone-number"],
    ["+4,67E+10", "SE", "not-a-phone-number"],
    ["+46+701740605", undefined, "not-a-phone-number"],
    ["1-800-FLOWERS", "US", "not-a-phone-number"],
    ["+46701740605\r\n+12025550134", undefined, "not-a-phone-number"],
    ["070-174 06 05", undefined, "country-missing"],
    ["070-174 06 05", "XX", "country-missing"],
    ["+999 1234567", undefined, "unknown-country-code"],
    ["112", "SE", "impossible-length"],
    ["555-0134", "US", "impossible-length"],
    ["+467017406051234567", undefined, "impossible-length"],
    ["+1 5555551234X123", undefined, "extension"],
    ["+46 70 174 06 05 ext. 12", undefined, "extension"],
    ["+46701740605#12", undefined, "extension"],
    ["+46701740605,,12", undefined, "extension"],
    ["tel:+46701740605;ext=12", undefined, "extension"],
  ];
  for (const [text, country, reason] of refused) t.same(parsePhoneNumber(text, country), { ok: false, reason }, `${text} ${country ?? ""}`);
});

t.test("kinds that cost money or reach no one person (security.md H04)", async (t) => {
  const kinds: [string, string][] = [
    ["+46 900 123456", "premium"],
    ["+1 900 555 0123", "premium"],
    ["+44 909 879 0123", "premium"],
    ["+979 1 2345 6789", "premium"],
    ["+46 77 123 45 67", "shared-cost"],
    ["+808 1234 5678", "shared-cost"],
    ["+1 800 555 0123", "toll-free"],
    ["+46 20 123456", "toll-free"],
    ["+800 1234 5678", "toll-free"],
    ["+44 7600 123456", "pager"],
    ["+44 70 1234 5678", "personal-number"],
    ["+46 10 123 45 67", "universal-access"],
    ["+870 773 123 456", "satellite"],
    ["+881 6 1234 5678", "satellite"],
    ["+882 16 1234 5678", "satellite"],
    ["+883 5100 012345", "satellite"],
  ];
  for (const [text, reason] of kinds) t.same(parsePhoneNumber(text), { ok: false, reason }, text);
});

t.test("a whole company's number is good for an office phone, and for nothing that takes a text message", async (t) => {
  t.same(parsePhoneNumber("+46 10 123 45 67", undefined, "office"), { ok: true, e164: "+46101234567" });
  t.same(parsePhoneNumber("+46 900 123456", undefined, "office"), { ok: false, reason: "premium" });
});

t.test("a local number without its area is no number", async (t) => {
  t.match(parsePhoneNumber("0500000", "CA"), { ok: false });
});

t.test("a gap in a premium range is no way in", async (t) => {
  t.same(parsePhoneNumber("+1 900 055 0123"), { ok: false, reason: "premium" });
  t.same(parsePhoneNumber("+46 900 0123456"), { ok: false, reason: "premium" });
});

t.test("any text: never throws, what is accepted is E.164 and accepted again unchanged", async (t) => {
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789+-() ./x#;,\u00a0٣３"), maxLength: 30 });
  const country = fc.option(fc.constantFrom(...getCountries(), "XX", ""), { nil: undefined });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), digits), country, (text, from) => {
        const parsed = parsePhoneNumber(text, from);
        if (!parsed.ok) return true;
        const again = parsePhoneNumber(parsed.e164);
        return /^\+[1-9][0-9]{3,14}$/.test(parsed.e164) && again.ok && again.e164 === parsed.e164;
      }),
      { numRuns: 5000 },
    ),
  );
});

t.test("a masked number shows the country and the last two digits", async (t) => {
  t.equal(maskPhoneNumber("+46701740605"), "+46 ••••••••05");
  t.equal(maskPhoneNumber("+12025550134"), "+1 ••••••••34");
  t.equal(maskPhoneNumber("no number"), "••••••••");
});
