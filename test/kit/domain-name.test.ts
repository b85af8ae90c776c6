import fc from "fast-check";
import t from "tap";
import { asciiDomain } from "../../src/kit/domain-name.ts";

t.test("domains are compared in lower-case ASCII", async (t) => {
  const same: [string, string][] = [
    ["contoso.example", "contoso.example"],
    ["Contoso.EXAMPLE", "contoso.example"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["BU\u0308CHER.example", "xn--bcher-kva.example"],
    ["XN--BCHER-KVA.example", "xn--bcher-kva.example"],
    ["ｃｏｎｔｏｓｏ.example", "contoso.example"],
    ["contoso。example", "contoso.example"],
    ["\u212aelvin.example", "kelvin.example"],
    ["mail.eu-west.contoso.example", "mail.eu-west.contoso.example"],
  ];
  for (const [written, ascii] of same) t.equal(asciiDomain(written), ascii, written);
  t.not(asciiDomain("faß.example"), asciiDomain("fass.example"), "ß is a letter of its own (IDNA 2008)");
  t.not(asciiDomain("m\u0131ke.example"), asciiDomain("mike.example"));
});

t.test("what is no domain name is none", async (t) => {
  const none = ["", ".", "example", "contoso.example.", ".contoso.example", "contoso..example", "-contoso.example", "contoso-.example"];
  none.push("contoso.example:8080", "contoso.example/x", "contoso.example?x", "contoso.example#x", "a@contoso.example", "con toso.example");
  none.push(
    "contoso%2eexample",
    "1.2.3.4",
    "1.2.3",
    "0x7f.1",
    "127.1",
    "[::1]",
    "con_toso.example",
    "con\u200dtoso.example",
    "contoso\u00ad.example",
  );
  none.push(
    `${"a".repeat(64)}.example`,
    `${"a.".repeat(126)}example`,
    "contoso.example\r\n",
    "contoso\0.example",
    "*.example",
    "\ud800.example",
  );
  for (const text of none) t.equal(asciiDomain(text), null, JSON.stringify(text));
});

t.test("the form of a form is itself, whatever was written", async (t) => {
  const written = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.domain(),
    fc.tuple(fc.string({ unit: "grapheme" }), fc.domain()).map((two) => two.join(".")),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(written, (text) => {
        const domain = asciiDomain(text);
        return (
          domain === null || (asciiDomain(domain) === domain && asciiDomain(text.toUpperCase()) !== null && /^[a-z0-9.-]+$/.test(domain))
        );
      }),
      { numRuns: 2000 },
    ),
  );
});
