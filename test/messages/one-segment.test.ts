import t from "tap";
import { LANGUAGES } from "../../src/kit/language.ts";
import { administratorsText } from "../../src/messages/compose-administrators-notice.ts";
import { cannotResetText, codeText, ownChangeText, passwordChangedText, pausedText } from "../../src/messages/compose-message.ts";
import { resetByAdministratorText } from "../../src/messages/compose-reset-by-administrator.ts";
import { SEGMENT, textSize } from "../../src/messages/gsm-text.ts";

const TO = "+46701740605";
const NAMES = [
  "Contoso Demo",
  "Västra Götalandsregionens servicenämnd för fastighet, försörjning och administration",
  "Škoda™ – Žilina",
  "株式会社コントソ",
  "x",
];
const NOTICES = ["password-reset", "job-finished", "break-glass", "acted-alone", "recovered", "two-person-rule", "role-changed"] as const;
/** The longest host that leaves room for any name at all is longer than anybody has. */
const HOSTS = ["127.0.0.1", "reset.contoso.example", "losenord.aterstallning.forvaltning.contoso.example"];

function occasion(language: (typeof LANGUAGES)[number], organisation: string) {
  return {
    language,
    organisation,
    account: "henrik.dahl@contoso.example",
    name: "Henrik",
    at: 0,
    address: "203.0.113.1",
    device: "Firefox, Windows",
  };
}

t.test("H10: a code is one segment of GSM 7-bit, whatever the language, the name and the host", async (t) => {
  for (const language of LANGUAGES)
    for (const organisation of NAMES)
      for (const host of HOSTS)
        for (const code of ["123456", "1234567890"]) {
          const { text } = codeText(TO, occasion(language, organisation), code, host);
          const { alphabet, places } = textSize(text);
          t.ok(alphabet === "gsm" && places <= SEGMENT.gsm, `${language}, ${organisation}, ${host}: ${places} ${alphabet}`);
          // The last line as the browsers read it: nothing before the @, one space, nothing after the code (security.md H09).
          t.equal(text.split("\n").at(-1), `@${host} #${code}`);
          t.notMatch(text, /^:/, "somebody is named");
          t.notMatch(text, /:\/\//, "no link");
        }
});

t.test("a name that cannot be written is told by the domain of the account", async (t) => {
  t.match(codeText(TO, occasion("en", "株式会社コントソ"), "12345678", "reset.contoso.example").text, /^contoso\.example: code to reset/);
  t.match(codeText(TO, occasion("sv", "Åkeri Öst"), "12345678", "reset.contoso.example").text, /^Åkeri Öst: kod för/);
});

t.test("notes and notices are one segment too", async (t) => {
  const link = `https://reset.contoso.example/l/${"x".repeat(66)}`;
  for (const language of LANGUAGES)
    for (const organisation of NAMES)
      for (const { text } of [
        passwordChangedText(TO, occasion(language, organisation), link),
        ownChangeText(TO, occasion(language, organisation), link),
        cannotResetText(TO, occasion(language, organisation)),
        resetByAdministratorText(TO, occasion(language, organisation), link),
        ...NOTICES.map((notice) =>
          administratorsText(TO, occasion(language, organisation), { notice, actorKind: "operator", actor: "", target: "", details: {} }),
        ),
        pausedText(TO, occasion(language, organisation), { way: "phone", until: 0, supportCode: "KXQT-WMRB" }),
      ]) {
        const { alphabet, places } = textSize(text);
        t.ok(alphabet === "gsm" && places <= SEGMENT.gsm, `${language}, ${organisation}: ${places} ${alphabet}: ${text}`);
      }
});
