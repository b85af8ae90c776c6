import { type Argon2Parameters, argon2 } from "node:crypto";
import { promisify } from "node:util";
import fc from "fast-check";
import t from "tap";
import { systemRandom } from "../../src/kit/random.ts";
import { createPasswordHasher, HashingOverloaded, UnreadablePasswordHash } from "../../src/passwords/password-hasher.ts";

const realArgon2 = promisify(argon2);
const hasher = createPasswordHasher({ random: systemRandom, concurrency: 2 });

/** The real argon2id with a small memory, counted. */
function counted() {
  const calls: Argon2Parameters[] = [];
  const seen = { running: 0, most: 0 };
  const argon2id = async (parameters: Argon2Parameters) => {
    calls.push(parameters);
    seen.running += 1;
    seen.most = Math.max(seen.most, seen.running);
    const tag = await realArgon2("argon2id", { ...parameters, memory: 64 });
    seen.running -= 1;
    return tag;
  };
  return { argon2id, calls, seen };
}

t.test("a PHC string with the parameters that we promise (E14, E15)", async (t) => {
  const phc = await hasher.hash("plum violin harbour tuesday");
  t.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  t.ok(await hasher.verify("plum violin harbour tuesday", phc));
  t.notOk(await hasher.verify("plum violin harbour tuesdaz", phc));
  t.notOk(hasher.needsRehash(phc));
  t.not(await hasher.hash("plum violin harbour tuesday"), phc, "another salt");
});

t.test("a hash by the reference implementation is verified with its own parameters", async (t) => {
  const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  t.ok(await hasher.verify("password", phc));
  t.notOk(await hasher.verify("Password", phc));
  t.ok(hasher.needsRehash(phc), "its salt has eight bytes only");
});

t.test("needsRehash: weaker in any way, or unreadable; never for a stronger one", async (t) => {
  const phc = await hasher.hash("plum violin harbour tuesday");
  t.ok(hasher.needsRehash(phc.replace("m=19456", "m=19455")));
  t.ok(hasher.needsRehash(phc.replace("t=2", "t=1")));
  t.ok(hasher.needsRehash(phc.slice(0, -16)), "a shorter tag");
  t.notOk(hasher.needsRehash(phc.replace("m=19456,t=2", "m=65536,t=3")));
  t.ok(hasher.needsRehash("x"));
});

t.test("composed and decomposed are one password (E04); everything else is a difference (E05)", async (t) => {
  const long = "k".repeat(250);
  const pairs: [string, string, boolean][] = [
    ["Zoë på ön", "Zoë på ön".normalize("NFD"), true],
    ["Zoë på ön".normalize("NFD"), "Zoë på ön", true],
    ["ﬁne words", "fine words", false],
    ["plum violin", "Plum violin", false],
    ["plum violin", "plum violin ", false],
    [" plum violin", "plum violin", false],
    ["plum\0violin", "plum\0harbour", false],
    ["plum\0", "plum", false],
    [`${"k".repeat(72)}a${long}`, `${"k".repeat(72)}b${long}`, false],
    [`${long}a`, `${long}b`, false],
    ["", " ", false],
  ];
  for (const [set, typed, same] of pairs) t.equal(await hasher.verify(typed, await hasher.hash(set)), same, JSON.stringify([set, typed]));
});

t.test("any well-formed text is verified against its own hash, in either form", async () => {
  const small = createPasswordHasher({ random: systemRandom, concurrency: 2, argon2id: counted().argon2id });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), async (password) => {
      const phc = await small.hash(password);
      return (await small.verify(password.normalize("NFD"), phc)) && !(await small.verify(`${password}x`, phc));
    }),
  );
});

t.test("half a surrogate pair is not hashed, and does not stand for U+FFFD", async (t) => {
  await t.rejects(hasher.hash("plum \ud800"), TypeError);
  t.notOk(await hasher.verify("plum \ud800", await hasher.hash("plum \ufffd")));
});

t.test("a hash that cannot be read is a fault, not a wrong password", async (t) => {
  const { argon2id, calls } = counted();
  const counting = createPasswordHasher({ random: systemRandom, concurrency: 2, argon2id });
  const huge = (await hasher.hash("x")).replace("m=19456", "m=999999");
  for (const phc of ["", "password", huge]) await t.rejects(counting.verify("password", phc), UnreadablePasswordHash);
  t.equal(calls.length, 0, "nobody's row makes us work");
});

t.test("the decoy does the work of a verify, and is never right", async (t) => {
  const { argon2id, calls } = counted();
  const counting = createPasswordHasher({ random: systemRandom, concurrency: 2, argon2id });
  const phc = await counting.hash("plum violin");
  calls.length = 0;
  await counting.verify("plum violin", phc);
  t.equal(await counting.decoy("plum violin"), false);
  t.equal(calls.length, 2);
  const shape = ({ message, nonce, ...cost }: Argon2Parameters) => ({ ...cost, message: String(message), salt: (nonce as Buffer).length });
  t.same(calls.map(shape)[1], calls.map(shape)[0]);
  await counting.decoy("another");
  t.same(calls[2]?.nonce, calls[1]?.nonce, "one fixed hash, as a user has");
  await t.resolveMatch(hasher.decoy("\ud800"), false);
});

t.test("200 at once: never more than the concurrency run, all end", async (t) => {
  const { argon2id, seen } = counted();
  const bounded = createPasswordHasher({ random: systemRandom, concurrency: 3, argon2id });
  const all = await Promise.all(Array.from({ length: 200 }, (_, at) => bounded.hash(`plum violin ${at}`)));
  t.equal(new Set(all).size, 200);
  t.equal(seen.most, 3);
});

t.test("hash, verify and decoy share one bound; beyond the queue they are refused, and it recovers", async (t) => {
  const { argon2id, seen } = counted();
  const bounded = createPasswordHasher({ random: systemRandom, concurrency: 1, maxQueue: 2, argon2id });
  const phc = await bounded.hash("plum violin");
  const running = [bounded.hash("a"), bounded.verify("plum violin", phc), bounded.decoy("b")];
  await t.rejects(bounded.hash("c"), HashingOverloaded);
  await t.rejects(bounded.verify("d", phc), HashingOverloaded);
  await t.rejects(bounded.decoy("e"), HashingOverloaded);
  t.match(await Promise.all(running), [String, true, false]);
  t.equal(seen.most, 1);
  t.ok(await bounded.verify("plum violin", phc), "there is room again");
});

t.test("the default queue holds two hundred", async (t) => {
  const { argon2id } = counted();
  const bounded = createPasswordHasher({ random: systemRandom, concurrency: 1, argon2id });
  const all = Array.from({ length: 201 }, () => bounded.decoy("x"));
  await t.rejects(bounded.decoy("one too many"), HashingOverloaded);
  t.equal((await Promise.all(all)).length, 201);
});
