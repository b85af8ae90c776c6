import fc from "fast-check";
import t from "tap";
import { count, judge, type Window } from "../../src/throttle/counter.ts";

const LIMITS = [
  { limit: 2, windowMs: 100 },
  { limit: 3, windowMs: 1_000 },
];

t.test("the first call opens every window", async (t) => {
  t.strictSame(count([], LIMITS, 5_000), [
    { count: 1, until: 5_100 },
    { count: 1, until: 6_000 },
  ]);
  t.strictSame(count([], [], 5_000), []);
});

t.test("a window counts until its end and starts anew at it", async (t) => {
  const windows = count([], LIMITS, 0);
  t.strictSame(count(windows, LIMITS, 99)[0], { count: 2, until: 100 });
  t.strictSame(count(windows, LIMITS, 100)[0], { count: 1, until: 200 });
  t.strictSame(count([undefined, { count: 4, until: 1_000 }], LIMITS, 99), [
    { count: 1, until: 199 },
    { count: 5, until: 1_000 },
  ]);
});

t.test("what it was given stays as it was", async (t) => {
  const windows: Window[] = [Object.freeze({ count: 1, until: 100 }), Object.freeze({ count: 1, until: 1_000 })];
  count(Object.freeze(windows), LIMITS, 50);
  t.strictSame(windows[0], { count: 1, until: 100 });
});

t.test("a count taken back does not go below none", async (t) => {
  t.strictSame(count([{ count: 2, until: 100 }], [{ limit: 2, windowMs: 100 }], 50, -1), [{ count: 1, until: 100 }]);
  t.strictSame(count([{ count: 0, until: 100 }], [{ limit: 2, windowMs: 100 }], 50, -1), [{ count: 0, until: 100 }]);
});

t.test("over a limit from the call after the last allowed one, until the last exceeded window ends", async (t) => {
  const cases: [Window[], number, boolean, number][] = [
    [
      [
        { count: 2, until: 100 },
        { count: 3, until: 1_000 },
      ],
      50,
      false,
      50,
    ],
    [
      [
        { count: 3, until: 100 },
        { count: 3, until: 1_000 },
      ],
      50,
      true,
      100,
    ],
    [
      [
        { count: 3, until: 100 },
        { count: 4, until: 1_000 },
      ],
      50,
      true,
      1_000,
    ],
    [
      [
        { count: 9, until: 100 },
        { count: 3, until: 1_000 },
      ],
      100,
      false,
      100,
    ],
    [[], 7, false, 7],
  ];
  for (const [windows, now, over, retryAt] of cases) t.strictSame(judge(windows, LIMITS, now), { over, retryAt });
});

t.test("a window without a limit allows nothing", async (t) => {
  t.strictSame(judge([{ count: 1, until: 100 }], [], 50), { over: true, retryAt: 100 });
});

t.test("never more than the limit in a window, however the calls are spread", async () => {
  const calls = fc.array(fc.nat(60), { maxLength: 80 });
  fc.assert(
    fc.property(calls, (waits) => {
      let now = 0;
      let windows: Window[] = [];
      const allowed: number[] = [];
      const began: number[] = [];
      for (const wait of waits) {
        now += wait;
        const before = windows[0]?.until ?? 0;
        windows = count(windows, LIMITS, now);
        if (windows[0]?.until !== before) began.push(now);
        if (!judge(windows, LIMITS, now).over) allowed.push(now);
      }
      // The windows do not slide: each is counted from its first call.
      for (const start of began) if (allowed.filter((at) => at >= start && at < start + 100).length > 2) return false;
      return true;
    }),
  );
});
