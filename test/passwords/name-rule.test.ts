import t from "tap";
import { scoreAgainstBannedTerms } from "../../src/passwords/banned-terms.ts";
import { containsPersonName, containsTenantName, nameParts } from "../../src/passwords/name-rule.ts";

t.test("P5 and P6: a name refuses, though as a term it would earn a point and pass", async (t) => {
  t.ok(containsPersonName("p0LL23fb", ["Poll"]), "P5");
  t.ok(containsPersonName("J0hn123fb", ["John"]), "P6");
  for (const [password, name] of [
    ["p0LL23fb", "poll"],
    ["J0hn123fb", "john"],
  ] as const) {
    t.ok(scoreAgainstBannedTerms(password, { globalTerms: [name], tenantTerms: [] }).accepted, "the score alone accepts it");
  }
});

const person = ["Anna-Lena", "Öberg", "Anna-Lena Öberg", "anna.oberg@contoso.example", "a.oberg"];
const personCases: [string, boolean][] = [
  ["green ANNA door", true],
  ["xxLENAxx", true],
  ["öberg-in-the-rain", true],
  ["O\u0308BERG-in-the-rain", true],
  ["0berg in the rain", true],
  ["annalena", true],
  ["contoso is not a person", false],
  ["example of a password", false],
  ["ann is too short", false],
];
for (const [password, expected] of personCases) {
  t.test(`person: ${password} → ${expected}`, async (t) => t.equal(containsPersonName(password, person), expected));
}

t.test("short parts count only together", async (t) => {
  t.notOk(containsPersonName("bo and ek", ["Bo Ek", "bo.ek"]));
  t.notOk(containsPersonName("the leopard sleeps", ["Leo"]));
  t.ok(containsPersonName("xx boek xx", ["Bo Ek"]));
  t.ok(containsPersonName("xx bo.ek xx", ["bo.ek"]));
});

t.test("organisation: display names by word, domains without their last label", async (t) => {
  const tenant = ["Nordic Widgets AB", "mail.contoso.example"];
  t.ok(containsTenantName("C0nt0$0 for ever", tenant));
  t.ok(containsTenantName("my widgets spin", tenant));
  t.ok(containsTenantName("nordicwidgets", tenant));
  t.notOk(containsTenantName("an example of rain", tenant));
  t.notOk(containsTenantName("abacus and plum", tenant));
  t.ok(containsTenantName("the acme. way", ["acme."]), "a name that ends in a dot keeps its word");
});

t.test("empty names refuse nothing", async (t) => {
  t.notOk(containsPersonName("anything at all", ["", " ", "@", "@contoso", "...", "\ud800"]));
  t.notOk(containsTenantName("anything at all", ["", " ", ".", "..", ".example"]));
  t.same(nameParts("Anna-Lena  Öst (she)"), ["Anna", "Lena", "Öst", "she"]);
});
