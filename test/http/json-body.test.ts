import fc from "fast-check";
import t from "tap";
import { readJsonBody } from "../../src/http/json-body.ts";

const read = (text: string | Buffer) => readJsonBody(Buffer.from(text as string));

t.test("what JSON.parse reads is read alike, unless RFC 7493 forbids it", async (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8, noUnicodeString: false }), (value) => {
      const text = JSON.stringify(value);
      if (/__proto__|constructor|prototype/.test(text)) return;
      t.strictSame(JSON.stringify(read(text)), text);
    }),
    { numRuns: 300 },
  );
  for (const text of ['{"a":"\\ud83d\\ude00"}', '{"a":"x:{}[]\\":"}', '[{"a":1},{"a":1}]', '{"a":{"a":{"a":1}}}', '"\\\\"', "\ufeff{}"])
    t.strictSame(read(text), JSON.parse(text.replace("\ufeff", "")), text);
});

const REFUSED: Readonly<Record<string, string | Buffer>> = {
  "a name twice": '{"a":1,"a":2}',
  "a name twice, once escaped": '{"a":1,"\\u0061":2}',
  "a name twice, deep": '[0,{"b":{"a":1,"c":[],"a":{}}}]',
  "a name twice, far apart": '{"a":{"a":1},"b":[{"a":1}],"a":1}',
  "half a pair": '"\\ud800"',
  "half a pair in a name": '{"\\udc00":1}',
  "a pair the wrong way round": '"\\ude00\\ud83d"',
  "no UTF-8": Buffer.from([0x22, 0xff, 0x22]),
  "UTF-8 longer than needed": Buffer.from([0x22, 0xc0, 0xaf, 0x22]),
  "a surrogate in UTF-8": Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
  "UTF-16": Buffer.from('{"a":1}', "utf16le"),
  "a prototype": '{"__proto__":{}}',
  "a prototype, escaped": '{"\\u005f_proto__":{}}',
  "a constructor": '{"constructor":{"prototype":{}}}',
  depth: `${"[".repeat(33)}${"]".repeat(33)}`,
  "great depth": `${"[".repeat(30_000)}${"]".repeat(30_000)}`,
  nothing: "",
  blanks: "  ",
  "no JSON": "{a:1}",
  "something behind it": "{} {}",
};

for (const [what, body] of Object.entries(REFUSED))
  t.test(`refused: ${what}`, async (t) => t.throws(() => read(body), { code: "invalid-request", status: 400 }));

t.test("a long body takes no longer for being odd", async (t) => {
  const quotes = '\\"'.repeat(30_000);
  t.equal(read(`"${quotes}"`), '"'.repeat(30_000));
  t.throws(() => read(`"${"\\".repeat(60_001)}"`), { code: "invalid-request" });
});
