import { dictionary } from "@zxcvbn-ts/language-common";
import t from "tap";
import { isCommonPassword } from "../../src/passwords/common-passwords.ts";

t.test("every listed password is refused, as it stands, in capitals and with substitutions (E06)", async (t) => {
  const list = dictionary["passwords-common"];
  t.ok(list.length > 40_000);
  const passed = list.filter((password) => !isCommonPassword(password));
  t.same(passed, []);
  t.same(
    list.filter((password) => !isCommonPassword(password.toUpperCase())),
    [],
  );
  t.ok(isCommonPassword("P@$$w0rd"));
  t.ok(isCommonPassword("Administrat0r"));
  t.ok(isCommonPassword("ｐａｓｓｗｏｒｄ"));
});

t.test("the whole value counts, not a part of it", async (t) => {
  for (const password of ["", "password of the quiet otter", " administrator", "administrator ", "correct horse battery staple"]) {
    t.notOk(isCommonPassword(password), password);
  }
});
