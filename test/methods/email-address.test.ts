import fc from "fast-check";
import t from "tap";
import { maskEmailAddress, parseEmailAddress } from "../../src/methods/email-address.ts";

t.test("an address keeps its local part and gets an ASCII domain", async (t) => {
  const written: [string, string][] = [
    ["Anna.Berg+reset@Home.Example", "Anna.Berg+reset@home.example"],
    ["o'brien@bücher.example", "o'brien@xn--bcher-kva.example"],
    ["a@b.example", "a@b.example"],
    [`${"a".repeat(64)}@home.example`, `${"a".repeat(64)}@home.example`],
  ];
  for (const [text, address] of written) t.match(parseEmailAddress(text), { ok: true, address }, text);
});

t.test("nothing from which a mail command, a second recipient or another mailbox could be made (attacks A16, A21)", async (t) => {
  const refused = [
    "",
    "@",
    "anna",
    "anna@",
    "@home.example",
    "anna@home",
    "anna@home.example,bo@home.example",
    "anna@home.example;bo@home.example",
  ];
  refused.push(
    "anna@home.example\r\nBcc: bo@home.example",
    "anna\r\n@home.example",
    "anna\n@home.example",
    "anna@home.example\n",
    "anna@home.example\r",
  );
  refused.push(
    '"anna"@home.example',
    '"a\r\nRCPT TO:<bo>"@home.example',
    "anna%bo.example@home.example",
    "bo.example!anna@home.example",
    "an na@home.example",
  );
  refused.push(
    "<anna@home.example>",
    "Anna <anna@home.example>",
    "anna(comment)@home.example",
    "anna@home.example (comment)",
    "anna@[127.0.0.1]",
    "anna@127.0.0.1",
  );
  refused.push(
    "anna\\@home.example",
    "|anna@home.example",
    "`anna`@home.example",
    "anna/x@home.example",
    "anna:bo@home.example",
    "mailto:anna@home.example",
  );
  refused.push(
    "anna@bo@home.example",
    ".anna@home.example",
    "anna.@home.example",
    "an..na@home.example",
    "anna@home..example",
    "anna@home.example.",
    " anna@home.example",
  );
  refused.push(
    "ann\u0430@home.example",
    "m\u0131ke@home.example",
    "anna\uff20home.example",
    "anna\0@home.example",
    "anna\u200b@home.example",
    "anna@home\u202e.example",
  );
  refused.push(`${"a".repeat(65)}@home.example`, `a@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}.${"e".repeat(63)}.example`);
  for (const text of refused) t.notOk(parseEmailAddress(text).ok, JSON.stringify(text).slice(0, 60));
});

t.test("the reason says what to mend", async (t) => {
  t.match(parseEmailAddress("anna@home.example,bo@home.example"), { reason: "not-an-email-address" });
  t.match(parseEmailAddress("anna@home"), { reason: "invalid-domain" });
  t.match(parseEmailAddress(`${"a".repeat(65)}@home.example`), { reason: "too-long" });
});

t.test("any text: never throws, what is accepted is plain ASCII and accepted again unchanged", async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.emailAddress()), (text) => {
        const parsed = parseEmailAddress(text);
        if (!parsed.ok) return true;
        const again = parseEmailAddress(parsed.address);
        return /^[!-~]+$/.test(parsed.address) && parsed.address.length <= 254 && again.ok && again.address === parsed.address;
      }),
      { numRuns: 5000 },
    ),
  );
});

t.test("a masked address tells neither lengths nor more than two letters and the last label", async (t) => {
  t.equal(maskEmailAddress("anna.berg@contoso.example"), "a•••••@c•••••.example");
  t.equal(maskEmailAddress("a@co.uk.example"), "a•••••@c•••••.example");
  t.equal(maskEmailAddress("not an address"), "•••••");
});
