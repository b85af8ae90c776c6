import { dictionary } from "@zxcvbn-ts/language-common";
import fc from "fast-check";
import t from "tap";
import { judgePassword, type PasswordContext, type PasswordReason } from "../../src/passwords/password-policy.ts";

const context: PasswordContext = {
  minLength: 12,
  bannedTerms: ["widget", "london"],
  personNames: ["Anna", "Svensson", "Anna Svensson", "anna.svensson", "anna.svensson@contoso.example"],
  tenantNames: ["Contoso Ltd", "contoso.example"],
};

function reasons(password: string, changes: Partial<PasswordContext> = {}): PasswordReason[] {
  const verdict = judgePassword(password, { ...context, ...changes });
  return verdict.ok ? [] : verdict.reasons;
}

const accepted = [
  "correct horse battery staple",
  "plum violin harbour tuesday",
  "Sunny-Otter-Climbs-42",
  "Widget-London-2", // two listed terms and three other characters: five points, as P8
  "en gul cykel i novemberregn",
  "жёлтый велосипед под дождём",
  "静かな湖に月が沈む夜明け前の声",
  "नीली साइकिल बारिश में खड़ी है",
  "😀🍏🚲🌧🎻🏔🛶🦦🧵🪁🧭🎏🪵🫖🥁",
  " leading and trailing blanks ",
  // E03: fifteen characters of one class each.
  "hxkqpwzmvbtrnsd",
  "HXKQPWZMVBTRNSD",
  "829174650318274",
  "?]}!{&%+*~:;<=|",
  "åqöxäzéüñøþðßæç",
];
for (const password of accepted) t.test(`accepted: ${password}`, async (t) => t.same(reasons(password), []));

const refused: [string, PasswordReason[]][] = [
  ["", ["too-short", "easily-guessed"]],
  ["k3#Vq!9zLw@", ["too-short"]],
  ["administrator", ["common-password"]],
  ["Administrat0r", ["common-password"]],
  ["ｑ１ｗ２ｅ３ｒ４ｔ５ｙ６", ["common-password"]],
  ["aaaaaaaaaaaaaaaa", ["easily-guessed"]],
  ["abcdefghijklmnop", ["easily-guessed"]],
  ["PasswordWelcomeDragon", ["easily-guessed"]],
  ["Summer2025!!", ["easily-guessed"]],
  ["P@ssw0rd2025!", ["easily-guessed"]],
  ["Widget2025!!", ["banned-term", "easily-guessed"]],
  ["WidgetLondon22", ["banned-term"]],
  ["Widget Password!", ["banned-term", "easily-guessed"]],
  ["quiet anna climbs in rain", ["contains-name"]],
  ["quiet Sven$$0n climbs in rain", ["contains-name"]],
  ["quiet C0ntoso climbs in rain", ["contains-tenant-name"]],
  ["Svensson of Contoso in rain", ["contains-name", "contains-tenant-name"]],
  ["plum violin\nharbour tuesday", ["not-text"]],
  ["plum violin\0harbour tuesday", ["not-text"]],
  ["plum violin\u0085harbour tuesday", ["not-text"]],
  ["plum violin \ud800 harbour", ["not-text"]],
  ["\udc00plum violin harbour", ["not-text"]],
];
for (const [password, expected] of refused) {
  t.test(`refused: ${JSON.stringify(password)}`, async (t) => t.same(reasons(password), expected));
}

t.test("names and terms are known to the estimate: written backwards they pass the rules, and are weak", async (t) => {
  const withTerm = { minLength: 8, bannedTerms: ["zbigniewska"], personNames: ["Quarrellson"], tenantNames: ["Norrvikens AB"] };
  for (const password of ["aksweingibz", "nosllerrauq", "snekivrron"]) {
    t.same(reasons(password, withTerm), ["easily-guessed"], password);
    t.same(reasons(password, { minLength: 8, bannedTerms: [], personNames: [], tenantNames: [] }), [], `${password} is nothing to others`);
  }
});

t.test("P1 to P8 and D1 to D5 end as Microsoft says, where length and the rest allow (E01)", async (t) => {
  const lists = {
    minLength: 8,
    bannedTerms: ["contoso", "blank", "abcdef", "london", "widget"],
    personNames: ["Poll", "John"],
    tenantNames: [],
  };
  const refusedByTerms = ["Bl@nK", "C0ntos0Blank12", "Contoso!1", "Contoso@London", "ContosoWidget", "!Contoso", "LondonHQ"];
  for (const password of refusedByTerms) t.ok(reasons(password, lists).includes("banned-term"), password);
  for (const password of ["abcdeg", "abcdefg", "abcde"]) t.ok(reasons(password, lists).length > 1, `${password}: not for its length alone`);
  t.same(reasons("ContoS0Bl@nkf9!", lists), [], "P8 is accepted");
  for (const password of ["p0LL23fb", "J0hn123fb"]) t.ok(reasons(password, lists).includes("contains-name"), password);
});

t.test("length: code points after NFC, 8 at least whatever the policy says, 256 at most (E01, E02, E04)", async (t) => {
  const strong = "vK9 qz💧Wm2 ";
  const long = (points: number) => [...strong.repeat(40)].slice(0, points).join("");
  t.same(reasons(long(11)), ["too-short"]);
  t.same(reasons(long(12)), []);
  t.same(reasons(long(14), { minLength: 15 }), ["too-short"]);
  t.same(reasons(long(7), { minLength: 1 }), ["too-short"]);
  t.same(reasons(long(8), { minLength: 1 }), []);
  t.same(reasons(long(256)), []);
  t.same(reasons(long(257)), ["too-long"]);
  t.same(reasons("x".repeat(1_000_000)), ["too-long"]);
  t.same(
    reasons(`${"x".repeat(20)}${"e\u0301".repeat(236)}plum violin`.slice(0, 20 + 2 * 236)).includes("too-long"),
    false,
    "é counts once",
  );
  t.ok(reasons("q\u0307\u0323w\u0301").includes("too-short"));
});

t.test("passphrases of four random words are accepted", async () => {
  const word = fc.constantFrom(...dictionary["diceware-common"]);
  fc.assert(
    fc.property(fc.tuple(word, word, word, word), (words) => reasons(words.join(" "), { personNames: [], tenantNames: [] }).length === 0),
    { numRuns: 100, seed: 20_260_101 },
  );
});

t.test("random passwords of fifteen letters and digits are never refused (FG31)", async () => {
  const character = fc.constantFrom(..."abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789");
  fc.assert(
    fc.property(
      fc.string({ unit: character, minLength: 15, maxLength: 15 }),
      (password) => reasons(password, { personNames: [] }).length === 0,
    ),
    { numRuns: 100, seed: 20_260_102 },
  );
});

t.test("every common password that fits the length is refused, and told so (E06)", async (t) => {
  const fits = dictionary["passwords-common"].filter((password) => password.length >= 12);
  t.ok(fits.length > 300);
  for (const password of fits) if (!reasons(password).includes("common-password")) t.fail(password);
});

t.test("any text: a verdict, never an exception; composed and decomposed get the same one", async () => {
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 }).map((all) => String.fromCharCode(...all));
  const text = fc.oneof(units, fc.string({ unit: "grapheme", maxLength: 30 }), fc.string({ unit: "binary", maxLength: 30 }));
  fc.assert(
    fc.property(text, (password) => {
      const composed = judgePassword(password.normalize("NFC"), context);
      return JSON.stringify(composed) === JSON.stringify(judgePassword(password.normalize("NFD"), context));
    }),
    { numRuns: 150 },
  );
});
