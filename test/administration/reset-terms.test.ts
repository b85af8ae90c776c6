import t from "tap";
import { generatePassword } from "../../src/administration/generated-password.ts";
import { linkAddresses } from "../../src/administration/link-destinations.ts";
import { linkEnd, openLinkAddress, passwordEnd, sealLinkAddress } from "../../src/administration/reset-terms.ts";
import { openWaitingWish, sealWish } from "../../src/administration/waiting-wish.ts";
import { createSealer } from "../../src/keys/sealer.ts";
import { HOUR } from "../../src/kit/clock.ts";
import { systemRandom } from "../../src/kit/random.ts";
import type { MethodType } from "../../src/methods/method.ts";
import { passwordContext } from "../../src/passwords/judge-new-password.ts";
import { judgePassword } from "../../src/passwords/password-policy.ts";
import { DEFAULT_POLICY } from "../../src/policy/tenant-policy.ts";
import { accountOf, methodOf } from "../builders/account.ts";
import { keyringOf } from "../builders/keyring.ts";

t.test("when passwords and links end", async (t) => {
  t.equal(passwordEnd(5, 0), null, "0 is never");
  t.equal(passwordEnd(5, 24), 5 + 24 * HOUR);
  t.equal(linkEnd(5, 0), 5 + 72 * HOUR, "a link always ends");
  t.equal(linkEnd(5, 8760), 5 + 72 * HOUR);
  t.equal(linkEnd(5, 1), 5 + HOUR);
});

t.test("what waits or is on its way is sealed, and bound to the person", async (t) => {
  const sealer = createSealer(keyringOf("one"));
  const wish = {
    mode: "temporaryPassword",
    password: "plum violin harbour",
    emailTo: "a@b.example",
    mustChange: true,
    lifetimeHours: 0,
  } as const;
  const body = sealWish(sealer, "anna", wish);
  t.strictSame(Object.keys(body).sort(), ["lifetimeHours", "mode", "mustChange", "sealedEmailTo", "sealedPassword"]);
  t.notMatch(JSON.stringify(body), /violin|b\.example/);
  // As it comes back from the database.
  t.strictSame(openWaitingWish(sealer, "anna", JSON.parse(JSON.stringify(body))), wish);
  t.throws(() => openWaitingWish(sealer, "bo", body), "sealed for somebody else");
  t.throws(() => openWaitingWish(sealer, "anna", { ...body, sealedPassword: body.sealedEmailTo }), "moved to another field");
  const sealed = sealLinkAddress(sealer, "anna", "a@b.example");
  t.equal(openLinkAddress(sealer, "anna", sealed), "a@b.example");
  t.throws(() => openLinkAddress(sealer, "bo", sealed));
});

t.test("where a link may go: addresses that count, and the primary mailbox", async (t) => {
  const now = 1_000;
  const method = (id: string, usableFrom: number | null) => methodOf("email", { id, usableFrom });
  const contact = (methodId: string, value: string, type: MethodType = "email") => ({ methodId, value, type, revision: 1 });
  const person = {
    mail: "own@x.example",
    methods: [method("old", null), method("since", now), method("waiting", now + 1), method("phone", null)],
  };
  const all = [
    contact("old", "old@x.example"),
    contact("since", "since@x.example"),
    contact("waiting", "waiting@x.example"),
    contact("phone", "+46701740605", "mobilePhone"),
    contact("unknown", "unknown@x.example"),
  ];
  t.strictSame(linkAddresses(person, { all }, now), ["old@x.example", "since@x.example", "own@x.example"]);
  t.strictSame(linkAddresses({ ...person, mail: null }, { all: [] }, now), []);
});

t.test("what is made satisfies the person's own rules", async (t) => {
  const someone = accountOf();
  for (const minLength of [8, 22, 23, 64]) {
    const policy = { ...DEFAULT_POLICY, passwords: { ...DEFAULT_POLICY.passwords, minLength } };
    const person = { ...someone, tenant: { ...someone.tenant, policy } };
    for (let i = 0; i < 20; i += 1)
      t.ok(judgePassword(generatePassword(systemRandom, person), passwordContext(person, person.tenant)).ok, `at least ${minLength}`);
  }
});
