import t from "tap";
import { BANNED_TERMS } from "../../src/passwords/banned-terms.ts";
import { GLOBAL_TERMS } from "../../src/passwords/global-terms.ts";
import { countCodePoints, toMatchingForm } from "../../src/passwords/matching-form.ts";

t.test("every global term keeps the bounds that tenants' terms have, and none is blank or spaced", async (t) => {
  for (const term of GLOBAL_TERMS) {
    const length = countCodePoints(toMatchingForm(term));
    if (length < BANNED_TERMS.minLength || length > BANNED_TERMS.maxLength || /\s/.test(term)) t.fail(`"${term}" is out of bounds`);
  }
  t.ok(GLOBAL_TERMS.length > 100);
});

t.test("no term is listed twice", async (t) => {
  const seen = new Set<string>();
  const twice = GLOBAL_TERMS.map(toMatchingForm).filter((form) => seen.size === seen.add(form).size);
  t.same(twice, []);
});
