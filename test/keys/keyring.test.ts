import t from "tap";
import { createKeyring, createLiveKeyring, KEY_PURPOSES, type Key, type Keyring } from "../../src/keys/keyring.ts";
import { createOneTimeTokens } from "../../src/keys/one-time-tokens.ts";
import { createSealer } from "../../src/keys/sealer.ts";
import { MINUTE } from "../../src/kit/clock.ts";
import { createSentCodes } from "../../src/methods/sent-code.ts";
import { createTokenKeys } from "../../src/sign-in/token-keys.ts";
import { createProofOfWork } from "../../src/throttle/proof-of-work.ts";
import { countedBytes } from "../builders/reset-flow.ts";
import { ManualClock } from "../journeys/manual-clock.ts";

const OLD: Key = { id: "old", bytes: Buffer.alloc(32, 1) };
const NEW: Key = { id: "new", bytes: Buffer.alloc(32, 2) };

/** A keyring whose former keys read on for a quarter of an hour; the new ones make from in a minute. */
function rotating(clock: ManualClock): { before: Keyring; after: Keyring } {
  const at = clock.now() + MINUTE;
  const ringOf = (keys: readonly Key[]) => createKeyring(new Map(KEY_PURPOSES.map((purpose) => [purpose, keys])), clock);
  return {
    before: ringOf([OLD]),
    after: ringOf([
      { ...NEW, currentFrom: at },
      { ...OLD, retiredAt: at + 15 * MINUTE },
    ]),
  };
}

t.test("a new key is known first, makes then, and the former one reads on for its time", async (t) => {
  const clock = new ManualClock();
  const { after } = rotating(clock);
  t.equal(after.current("code").id, "old");
  t.same(
    after.all("code").map(({ id }) => id),
    ["new", "old"],
  );
  clock.turn(MINUTE);
  t.equal(after.current("code").id, "new");
  t.equal(after.current("code", clock.now() - 1).id, "old", "what was current then");
  clock.turn(15 * MINUTE - 1);
  t.equal(after.find("code", "old")?.id, "old");
  clock.turn(1);
  t.equal(after.find("code", "old"), undefined);
  t.equal(after.current("code").id, "new");
});

t.test("whoever holds a live keyring has the next one at once", async (t) => {
  const clock = new ManualClock();
  const { before, after } = rotating(clock);
  const live = createLiveKeyring(before);
  clock.turn(MINUTE);
  t.equal(live.current("seal").id, "old");
  live.exchange(after);
  t.equal(live.current("seal").id, "new");
});

t.test("what was made under the former key is good under the next, and the other way round before its time", async (t) => {
  const clock = new ManualClock();
  const { before, after } = rotating(clock);
  const challenge = { purpose: "reset", flowId: "flow", challengeId: "challenge" } as const;
  const [codesBefore, codesAfter] = [createSentCodes(before, 8), createSentCodes(after, 8)];
  const madeAt = clock.now();
  const code = codesBefore.derive(challenge, madeAt);
  const sealed = createSealer(before).seal("here", "a value");
  const link = createOneTimeTokens(before).tokenOf("link");
  const tag = createSealer(before).tag("account", "somebody");
  const { kid, publicPem } = createTokenKeys(before).current();
  const work = { clock, random: countedBytes };
  const { ticket } = (await createProofOfWork({ keyring: before, ...work }).challenge()).wait;
  t.same(
    createTokenKeys(after)
      .all()
      .map((key) => key.kid),
    ["new", "old"],
    "shown before it signs",
  );

  clock.turn(2 * MINUTE);
  t.equal(codesAfter.matches(challenge, code), true);
  t.equal(codesAfter.derive(challenge, madeAt), code, "sent again, it is the same");
  t.not(codesAfter.derive({ ...challenge, challengeId: "next" }), codesBefore.derive({ ...challenge, challengeId: "next" }));
  t.equal(createSealer(after).unseal("here", sealed), "a value");
  t.equal(createOneTimeTokens(after).linkOf(link), "link");
  t.equal(createTokenKeys(after).find(kid)?.publicPem, publicPem);
  t.equal(createTokenKeys(after).current().kid, "new");
  t.ok(await createProofOfWork({ keyring: after, ...work }).check(ticket));
  t.equal(createSealer(before).tag("account", "somebody"), tag);

  clock.turn(14 * MINUTE);
  t.equal(codesAfter.matches(challenge, code), false, "its time is over");
  t.equal(createTokenKeys(after).find(kid), undefined);
});
