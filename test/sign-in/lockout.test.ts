import { randomBytes } from "node:crypto";
import t from "tap";
import { DAY, MINUTE } from "../../src/kit/clock.ts";
import { tag } from "../../src/kit/seal.ts";
import { comparing, createLockout } from "../../src/sign-in/lockout.ts";
import { createMemoryLockoutStore } from "../../src/sign-in/lockout-store.memory.ts";
import { LIMITS, scaledLimits } from "../../src/throttle/limits.ts";
import { T0 } from "../builders/reset-flow.ts";
import { startProduct } from "../journeys/product.ts";
import { onEachState, signIn } from "../journeys/reset-steps.ts";
import { BEHIND_PROXY } from "../security/sources.ts";

const key = randomBytes(32);
const sealer = { tag: (purpose: string, value: string) => tag(key, purpose, value), seal: () => Buffer.of(), unseal: () => "" };
const lockoutOf = (factor = 1) => createLockout({ store: createMemoryLockoutStore(), sealer, limits: scaledLimits(factor) });
const ALLOWED = LIMITS.failedSignIns[0].limit;
const attempt = (password: string, familiar = false, account = "account") => ({ account, familiar, password });

/** Guesses until it locks; answers how many were let through. */
async function guess(lockout: ReturnType<typeof lockoutOf>, familiar = false, account = "account"): Promise<number> {
  for (let count = 0; count < 100; count += 1)
    if ((await lockout.admit(attempt(`guess ${count}`, familiar, account), T0)).outcome === "locked") return count;
  return 100;
}

t.test("ten guesses lock for a minute, each class of sources and each account by itself", async (t) => {
  const lockout = lockoutOf();
  t.equal(await guess(lockout), ALLOWED);
  t.strictSame(await lockout.admit(attempt("right"), T0), { outcome: "locked", until: T0 + MINUTE });
  t.strictSame(await lockout.admit(attempt("right", true), T0), { outcome: "open" });
  t.strictSame(await lockout.admit(attempt("right", false, "other"), T0), { outcome: "open" });
  t.strictSame(await lockout.admit(attempt("right"), T0 + MINUTE), { outcome: "open" });
});

t.test("the right password forgets what its own class has guessed, and no more", async (t) => {
  const lockout = lockoutOf();
  await guess(lockout, false);
  await guess(lockout, true);
  await lockout.passed(attempt("right", true));
  t.equal(await guess(lockout, true), ALLOWED);
  t.match(await lockout.admit(attempt("right"), T0), { outcome: "locked" }, "who signs in at home gives strangers no more guesses");
});

t.test("an unlock, or a reset, forgets all", async (t) => {
  const lockout = lockoutOf();
  await guess(lockout, false);
  await guess(lockout, true);
  await guess(lockout, true, "other");
  await lockout.clear("account");
  t.equal(await guess(lockout, true), ALLOWED);
  t.equal(await guess(lockout, false), ALLOWED);
  t.match(await lockout.admit(attempt("x", true, "other"), T0), { outcome: "locked" });
});

t.test("a wrong password again is no guess; the same at another account is", async (t) => {
  const lockout = lockoutOf(0.2);
  for (let turn = 0; turn < 9; turn += 1) {
    t.strictSame(await lockout.admit(attempt("old"), T0), { outcome: "open" });
    await lockout.failed(attempt("old"), T0);
  }
  await lockout.admit(attempt("old", false, "other"), T0);
  await lockout.admit(attempt("older", false, "other"), T0);
  t.match(await lockout.admit(attempt("old", false, "other"), T0), { outcome: "locked" });
});

t.test("what must be said of it in a day: 38 guesses at most in the first, 24 in each that follows (docs/limits.md)", async (t) => {
  const lockout = lockoutOf();
  const guesses = [0, 0, 0];
  for (let minute = 0; minute < (3 * DAY) / MINUTE; minute += 1)
    for (let turn = 0; turn < 12; turn += 1) {
      const { outcome } = await lockout.admit(attempt(`${minute} ${turn}`), T0 + minute * MINUTE);
      if (outcome === "open") guesses[Math.floor((minute * MINUTE) / DAY)] = (guesses[Math.floor((minute * MINUTE) / DAY)] ?? 0) + 1;
    }
  t.same(guesses, [38, 24, 24]);
});

t.test("what could not be compared is no guess; what was compared is one", async (t) => {
  const lockout = lockoutOf();
  for (let turn = 0; turn < 3 * ALLOWED; turn += 1) {
    const tried = attempt(`while PostgreSQL is away ${turn}`);
    t.strictSame(await lockout.admit(tried, T0), { outcome: "open" });
    const away = comparing(lockout, tried, T0, () => Promise.reject(new Error("away")));
    await t.rejects(away, { message: "away" });
  }
  const wrong = attempt("wrong");
  await lockout.admit(wrong, T0);
  t.equal(await comparing(lockout, wrong, T0, async () => false), false);
  t.equal(await guess(lockout), ALLOWED - 1);
});

onEachState(t, "while passwords cannot be read nobody is locked out, at sign-in nor at a change", async (t, state) => {
  const run = await startProduct(t, { state, worker: false, env: BEHIND_PROXY });
  const { userPrincipalName, password } = run.person("henrik");
  const { accessToken } = (await signIn(run, userPrincipalName, password)).json;
  const change = (currentPassword: string) =>
    run.call("POST", "/v1/me/password", { token: accessToken, body: { currentPassword, newPassword: "plum violin harbour 12" } });
  await run.connection.pool.query("alter table passwords rename to passwords_away");
  for (let turn = 0; turn < ALLOWED + 2; turn += 1)
    for (const answer of [await signIn(run, userPrincipalName, `guess ${turn}`), await change(`guess ${turn}`)])
      t.ok(answer.status >= 500, `${answer.status}`);
  await run.connection.pool.query("alter table passwords_away rename to passwords");
  t.equal((await change(password)).status, 204);
  t.equal((await signIn(run, userPrincipalName, "plum violin harbour 12")).json.next, "done");
});
