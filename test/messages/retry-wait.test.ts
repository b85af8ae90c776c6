import t from "tap";
import { addedWaitMs, growingWaitMs } from "../../src/messages/retry-wait.ts";

const total = (attempt: number, chance: number, retryAfterMs?: number) =>
  growingWaitMs(attempt) + addedWaitMs(attempt, chance, retryAfterMs);

t.test("waits grow, spread by chance, and heed what the provider asked for", async (t) => {
  for (let attempt = 1; attempt < 10; attempt++) {
    t.ok(total(attempt, 0) < total(attempt + 1, 0), "later attempts wait longer");
    t.equal(addedWaitMs(attempt, 0), 0);
    t.ok(total(attempt, 1) <= 1.5 * growingWaitMs(attempt));
  }
  t.equal(total(1, 0, 60_000), 60_000);
  t.ok(total(1, 1, 60_000) > 60_000, "and not all come back in the same moment");
  t.equal(total(5, 0, 60_000), growingWaitMs(5), "what is waited anyway is enough");
  t.equal(total(1, 0, 86_400_000), 300_000, "no provider makes a code wait for a day");
});

t.test("the six attempts of a code lie within its ten minutes", async (t) => {
  const waits = [1, 2, 3, 4, 5].map((attempt) => total(attempt, 1));
  t.ok(waits.reduce((sum, wait) => sum + wait, 0) < 600_000);
});
