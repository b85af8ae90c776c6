import fc from "fast-check";
import t from "tap";
import { formatPhc, parsePhc } from "../../src/passwords/phc-string.ts";

const salt = "c29tZXNhbHRzb21lc2FsdA";
const tag = Buffer.alloc(32, 7).toString("base64").replaceAll("=", "");
const good = `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag}`;

t.test("what is written is read again", async () => {
  const bytes = (least: number) => fc.uint8Array({ minLength: least, maxLength: 64 }).map((all) => Buffer.from(all));
  const hash = fc.record({
    memory: fc.integer({ min: 128, max: 262_144 }),
    passes: fc.integer({ min: 1, max: 32 }),
    parallelism: fc.integer({ min: 1, max: 16 }),
    salt: bytes(8),
    tag: bytes(16),
  });
  fc.assert(fc.property(hash, (hash) => t.same(parsePhc(formatPhc(hash)), hash)));
});

t.test("a PHC string of ours", async (t) => t.match(parsePhc(good), { memory: 19_456, passes: 2, parallelism: 1 }));

const unreadable: Record<string, string> = {
  empty: "",
  "another algorithm": good.replace("argon2id", "argon2i"),
  bcrypt: "$2b$12$abcdefghijklmnopqrstuuJ4l2XyW1nS5s4Vn0d8wE3sX0Jm1l9Zu",
  "another version": good.replace("v=19", "v=16"),
  "too much memory": good.replace("19456", "262145"),
  "far too much memory": good.replace("19456", "9999999999"),
  "no memory": good.replace("19456", "0"),
  "less memory than the lanes need": good.replace("m=19456,t=2,p=1", "m=8,t=2,p=2"),
  "too many passes": good.replace("t=2", "t=33"),
  "too many lanes": good.replace("p=1", "p=17"),
  "leading zero": good.replace("t=2", "t=02"),
  "negative passes": good.replace("t=2", "t=-2"),
  "other order": good.replace("t=2,p=1", "p=1,t=2"),
  "extra parameter": good.replace("p=1", "p=1,keyid=x"),
  "short salt": good.replace(salt, "c2FsdA"),
  "short tag": good.replace(tag, "c2FsdA"),
  "long tag": good.replace(tag, Buffer.alloc(66, 1).toString("base64")),
  padded: `${good}=`,
  "not canonical base64": `${good.slice(0, -1)}${good.endsWith("d") ? "e" : "d"}`,
  "a line after it": `${good}\n`,
  "cut off": good.slice(0, good.lastIndexOf("$")),
};
for (const [what, phc] of Object.entries(unreadable)) {
  t.test(`not read: ${what}`, async (t) => {
    t.not(phc, good);
    t.equal(parsePhc(phc), undefined);
  });
}
