import t from "tap";
import { gsmName, textSize } from "../../src/messages/gsm-text.ts";

t.test("places that a text takes", async (t) => {
  t.strictSame(textSize("Lösenord åt @contoso #1"), { alphabet: "gsm", places: 23 });
  t.strictSame(textSize("[a]"), { alphabet: "gsm", places: 5 }, "brackets stand behind an escape");
  t.strictSame(textSize("5 €"), { alphabet: "gsm", places: 4 });
  t.strictSame(textSize("lösenord – kod"), { alphabet: "unicode", places: 14 }, "one dash makes all of it wide");
  t.strictSame(textSize("á"), { alphabet: "unicode", places: 1 });
  t.strictSame(textSize("😀"), { alphabet: "unicode", places: 2 });
  t.strictSame(textSize("line\nline\r"), { alphabet: "gsm", places: 10 });
});

t.test("a name as it can stand in a text message", async (t) => {
  t.equal(gsmName("Åkeri AB", 50), "Åkeri AB");
  t.equal(gsmName("A\u030Akeri", 50), "Åkeri", "in two pieces");
  t.equal(gsmName("Škoda Žilina", 50), "Skoda Zilina");
  t.equal(gsmName("Contoso™ – [Norden]", 50), "ContosoT Norden");
  t.equal(gsmName("株式会社", 50), "");
  t.equal(gsmName("😀 Contoso", 50), "Contoso");
  t.equal(gsmName("Contoso Norden", 8), "Contoso");
  t.equal(gsmName("Contoso", 0), "");
  t.equal(gsmName("Contoso", -5), "");
});
