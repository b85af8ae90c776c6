import t from "tap";
import { newId, systemRandom } from "../../src/kit/random.ts";

t.test("an id has 128 bits, and can stand on a command line", async (t) => {
  t.equal(
    newId(() => Buffer.alloc(16, 0xf8)),
    `A${Buffer.alloc(16, 0xf8).toString("base64url").slice(1)}`,
  );
  for (let turn = 0; turn < 2_000; turn += 1) t.match(newId(systemRandom), /^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
});
