import t from "tap";
import { DAY, HOUR, MINUTE } from "../../src/kit/clock.ts";
import { LIMITS, type LimitName, OWN_NETWORK_FACTOR, REFUSED_AT, RESEND_WAIT_MS, scale, scaledLimits } from "../../src/throttle/limits.ts";

t.test("the figures that the threat model counts on (security.md §5)", async (t) => {
  const figures: Partial<Record<LimitName, [number, number][]>> = {
    triesOfCode: [[5, DAY]],
    wrongProofs: [[10, DAY]],
    startsOfSource: [
      [10, 10 * MINUTE],
      [30, HOUR],
    ],
    startsOfAccount: [[10, 10 * MINUTE]],
    codesOfReset: [[5, DAY]],
    sendsToDestination: [
      [3, 10 * MINUTE],
      [5, HOUR],
      [10, DAY],
    ],
    sendsToPrefix: [[20, HOUR]],
    passwordsOfReset: [[20, DAY]],
  };
  for (const [name, limits] of Object.entries(figures)) {
    t.strictSame(
      LIMITS[name as LimitName].map(({ limit, windowMs }) => [limit, windowMs]),
      limits,
      name,
    );
  }
  t.equal(RESEND_WAIT_MS, MINUTE);
  t.equal(REFUSED_AT, 10, "an office behind one address is asked for work long before it is refused");
  t.ok(OWN_NETWORK_FACTOR > 1);
});

t.test("every limit allows something, for some time, in windows that grow", async (t) => {
  for (const [name, limits] of Object.entries(LIMITS)) {
    for (const { limit, windowMs } of limits)
      t.ok(Number.isInteger(limit) && limit > 0 && Number.isInteger(windowMs) && windowMs > 0, name);
    const windows = limits.map(({ windowMs }) => windowMs);
    t.strictSame(
      windows,
      [...windows].sort((a, b) => a - b),
      name,
    );
    // The stores keep the counters of an account and a key for a day at least.
    t.ok(Math.max(...windows) <= DAY, name);
  }
});

t.test("a factor multiplies counts, never windows, and allows one at least", async (t) => {
  const limits = [
    { limit: 10, windowMs: MINUTE },
    { limit: 3, windowMs: HOUR },
  ];
  t.strictSame(scale(limits, 2), [
    { limit: 20, windowMs: MINUTE },
    { limit: 6, windowMs: HOUR },
  ]);
  t.strictSame(scale(limits, 0.25), [
    { limit: 2, windowMs: MINUTE },
    { limit: 1, windowMs: HOUR },
  ]);
  t.strictSame(
    limits.map(({ limit }) => limit),
    [10, 3],
    "what it was given stays",
  );
  t.strictSame(scaledLimits(1), LIMITS);
  t.strictSame(Object.keys(scaledLimits(7)), Object.keys(LIMITS));
  t.equal(scaledLimits(7).triesOfCode[0]?.limit, 35);
});
