import fc from "fast-check";
import t from "tap";
import { domainOf, lookupKey, parseUserPrincipalName } from "../../src/users/user-principal-name.ts";

function reasonOf(text: string): string {
  const parsed = parseUserPrincipalName(text);
  return parsed.ok ? "ok" : parsed.reason;
}

t.test("a name is stored as written and compared by its key", async (t) => {
  t.same(parseUserPrincipalName("Anna.O'Brien+x@Contoso.Example"), {
    ok: true,
    userPrincipalName: "Anna.O'Brien+x@Contoso.Example",
    key: "anna.o'brien+x@contoso.example",
    localPart: "Anna.O'Brien+x",
    domain: "contoso.example",
  });
  t.match(parseUserPrincipalName("A\u030asa@bu\u0308cher.example"), {
    userPrincipalName: "Åsa@bücher.example",
    key: "åsa@xn--bcher-kva.example",
  });
  t.match(parseUserPrincipalName("mail_example.com#EXT#@contoso.example"), { ok: true });
});

t.test("twins of a name (attacks A21)", async (t) => {
  const key = lookupKey("mike@contoso.example");
  for (const twin of [
    "MIKE@CONTOSO.EXAMPLE",
    "ｍｉｋｅ@contoso.example",
    "mi\u212ae@contoso.example",
    " mike@contoso.example\n",
    "mike@contoso。example",
  ]) {
    t.equal(lookupKey(twin), key, JSON.stringify(twin));
  }
  for (const other of [
    "m\u0131ke@contoso.example",
    "mike+a@contoso.example",
    "mike@contoso.example.",
    "mike@m\u0131ke.example",
    "m\u0456ke@contoso.example",
  ]) {
    t.not(lookupKey(other), key, JSON.stringify(other));
  }
});

t.test("what is refused, and why", async (t) => {
  const refused: [string, string][] = [
    ["", "empty"],
    ["@contoso.example", "empty"],
    ["anna", "no-at-sign"],
    ["anna\uff20contoso.example", "no-at-sign"],
    ["a@x.example,b@y.example", "several-at-signs"],
    ["a@b@contoso.example", "several-at-signs"],
    ["a\uff20b@contoso.example", "forbidden-character"],
    ["a b@contoso.example", "forbidden-character"],
    [" anna@contoso.example", "forbidden-character"],
    ["anna\r\n@contoso.example", "forbidden-character"],
    ["anna\0@contoso.example", "forbidden-character"],
    ["an\u202ena@contoso.example", "forbidden-character"],
    ["an\u200bna@contoso.example", "forbidden-character"],
    ["an\u3164na@contoso.example", "forbidden-character"],
    ["an\ud800na@contoso.example", "forbidden-character"],
    ['"anna"@contoso.example', "forbidden-character"],
    ["an%40na@contoso.example", "forbidden-character"],
    ["an/na@contoso.example", "forbidden-character"],
    ["a½@contoso.example", "forbidden-character"],
    ["\u0301anna@contoso.example", "forbidden-character"],
    ["\ufdfa@contoso.example", "forbidden-character"],
    ["anna.@contoso.example", "misplaced-dot"],
    [".anna@contoso.example", "misplaced-dot"],
    ["an..na@contoso.example", "misplaced-dot"],
    ["anna@contoso.example.", "invalid-domain"],
    ["anna@contoso", "invalid-domain"],
    ["anna@", "invalid-domain"],
    ["anna@contoso.example ", "invalid-domain"],
    ["anna@[127.0.0.1]", "invalid-domain"],
    [`${"a".repeat(65)}@contoso.example`, "too-long"],
    [`${"ß".repeat(40)}@contoso.example`, "too-long"],
    [`anna@${"a".repeat(60)}.${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.example`, "too-long"],
    [`anna@${"a".repeat(100_000)}`, "too-long"],
  ];
  for (const [text, reason] of refused) t.equal(reasonOf(text), reason, JSON.stringify(text).slice(0, 60));
  t.equal(reasonOf(`${"a".repeat(64)}@contoso.example`), "ok");
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.emailAddress(),
  fc.tuple(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), fc.domain()).map((two) => two.join("@")),
);

t.test("any text: never throws, and the key of a key is itself", async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseUserPrincipalName(text);
        if (!parsed.ok) return lookupKey(text).length > 0;
        const again = parseUserPrincipalName(parsed.key);
        return (
          again.ok &&
          again.key === parsed.key &&
          again.userPrincipalName === again.key.normalize("NFC") &&
          lookupKey(text) === parsed.key &&
          domainOf(text) === parsed.domain
        );
      }),
      { numRuns: 5000 },
    ),
  );
});

t.test("garbage has a key that no stored name has and that the stores can take", async (t) => {
  for (const garbage of ["", "anna", "a@b@c", "\0\0", "\ud800", "x".repeat(320), "\ufdfa".repeat(320), "a@x.example,b@y.example"]) {
    const key = lookupKey(garbage);
    t.ok(key.startsWith(" ") && key.length <= 321 && !key.includes("\0") && key.isWellFormed(), JSON.stringify(garbage).slice(0, 40));
    t.notOk(parseUserPrincipalName(key).ok);
  }
  t.not(lookupKey("anna"), lookupKey("bo"), "each its own, so that counters do not mix");
  t.doesNotThrow(() => fc.assert(fc.property(anyText, (text) => !lookupKey(text).includes("\0") && lookupKey(text).isWellFormed())));
});

t.test("the tenant is found for every name of its domain", async (t) => {
  for (const text of [
    "anna@Contoso.example",
    " anna@contoso.example ",
    "no such name!@contoso.example",
    "@contoso.example",
    "a@b@contoso.example",
  ]) {
    t.equal(domainOf(text), "contoso.example", JSON.stringify(text));
  }
  for (const text of ["anna", "", "anna@", "anna@x y", "anna@contoso.example/x", `a@${"b".repeat(1000)}.example`])
    t.equal(domainOf(text), null, text.slice(0, 30));
});
