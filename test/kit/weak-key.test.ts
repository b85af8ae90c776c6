import { createHash, randomBytes } from "node:crypto";
import t from "tap";
import { weaknessOfKey } from "../../src/kit/weak-key.ts";

const encoded = (bytes: ArrayLike<number> | string) => Buffer.from(bytes as string).toString("base64");
const upTo = (length: number, byteAt: (index: number) => number) => encoded(Array.from({ length }, (_, index) => byteAt(index) & 0xff));

const WEAK: readonly (readonly [why: RegExp, key: string])[] = [
  [/32 random bytes/, ""],
  [/32 random bytes/, randomBytes(31).toString("base64")],
  [/32 random bytes/, randomBytes(33).toString("base64")],
  [/32 random bytes/, randomBytes(16).toString("base64")],
  [/32 random bytes/, randomBytes(32).toString("hex")],
  [/32 random bytes/, `${randomBytes(31).toString("base64").slice(0, 40)} !!`],
  [/holds text/, encoded("correct horse battery staple now")],
  [/holds text/, encoded("abcdefghijklmnopqrstuvwxyzABCDEF")],
  [/holds text/, encoded("0123456789abcdef0123456789abcdef")],
  [/holds text/, encoded(randomBytes(16).toString("hex"))],
  [/is words/, "correcthorsebatterystaplecorrecthorsebattery".slice(0, 43)],
  [/is words/, "CORRECTHORSEBATTERYSTAPLECORRECTHORSEBATTERY".slice(0, 43)],
  [/is words/, "ThisIsTheMasterKeyOfOurRekeyInstallation123="],
  [/is words/, "ChangeMe0ChangeMe1ChangeMe2ChangeMe3Change4="],
  [/repeats/, encoded(Buffer.alloc(32))],
  [/repeats/, encoded(Buffer.alloc(32, 0xff))],
  [/repeats/, encoded(Buffer.concat([Buffer.alloc(31, 0xab), Buffer.of(0xcd)]))],
  [/repeats/, encoded(Buffer.alloc(32, randomBytes(16)))],
  [/repeats/, upTo(32, (index) => (index % 15) * 17 + 128)],
  [/counts/, upTo(32, (index) => index)],
  [/counts/, upTo(32, (index) => 0x80 + index)],
  [/counts/, upTo(32, (index) => 0xff - 3 * index)],
  [/counts/, upTo(32, (index) => 37 * index)],
  [/counts/, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq="],
  [/published/, encoded(Buffer.from("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "hex"))],
];

t.test(`${WEAK.length} keys that a person made are refused, and not repeated`, async (t) => {
  for (const [why, key] of WEAK) {
    t.match(weaknessOfKey(key) ?? "", why, key);
    if (key !== "") t.notOk(weaknessOfKey(key)?.includes(key));
  }
});

t.test("keys of a generator are not, in either alphabet, padded or not", async (t) => {
  let refused = 0;
  for (let index = 0; index < 20_000; index++) {
    const key = createHash("sha256").update(`key ${index}`).digest();
    for (const text of [key.toString("base64"), key.toString("base64url")]) if (weaknessOfKey(text) !== null) refused++;
  }
  t.equal(refused, 0, "the same 20 000 in each run");
});
