import t from "tap";
import { besideCode, codeEmail, codeText, type Occasion } from "../../src/messages/compose-message.ts";

const CODE_RUN = /\b\d{4} ?\d{4}\b/g;
const occasion: Occasion = {
  language: "en",
  organisation: "School 1234 5678",
  account: "20261121@contoso.example",
  name: "12345678",
  at: Date.UTC(2026, 10, 21),
  address: "2001:db8::1234:5678",
  device: null,
};

t.test("the code is the only run of digits that looks like one, whatever people are called", async (t) => {
  for (const change of [
    {},
    { account: "1234-5678@contoso.example" },
    { organisation: "123456 789 0" },
    { name: "0000 0000" },
    { name: null },
  ]) {
    const beside = besideCode({ ...occasion, ...change });
    const email = codeEmail("to@private.example", beside, "87654321", 10);
    t.same(email.text.match(CODE_RUN), ["8765 4321"], JSON.stringify(change));
    t.same(email.html.replace(/<[^>]*>/g, " ").match(CODE_RUN), ["8765 4321"]);
    t.same(codeText("+46701740600", beside, "87654321", "password.contoso.example").text.match(CODE_RUN), ["87654321"]);
  }
  t.match(
    codeEmail("to@private.example", besideCode(occasion), "87654321", 10).text,
    "20..21@contoso.example",
    "the person still knows the account",
  );
});

t.test("names without such a run are left alone", async (t) => {
  const plain = { ...occasion, organisation: "Contoso 365", account: "anna.1999@contoso.example", name: "Anna 12345" };
  t.same(besideCode(plain), plain);
});
