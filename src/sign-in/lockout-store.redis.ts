import type { Cluster, Redis } from "ioredis";
import type { LockoutRules, LockoutStore } from "./lockout-store.ts";

/** KEYS: the account and class. ARGV: now. A state that is to be forgotten is none; our clock says when, not that of Redis. */
const READ = `
local now = tonumber(ARGV[1])
local text = redis.call('GET', KEYS[1])
local state = text and cjson.decode(text)
if not state or state.forgetAt <= now then state = { failures = 0, lockedUntil = 0, tags = {}, forgetAt = 0 } end
local function keep()
  redis.call('SET', KEYS[1], cjson.encode(state), 'PX', math.max(1, state.forgetAt - now))
end
`;

/** The twin of `countGuess`. ARGV: now, tag, failures allowed, first lock, longest lock, milliseconds to remember. Answers the end of a lock, or 0. */
const ADMIT = `${READ}
if state.lockedUntil > now then return state.lockedUntil end
for _, known in ipairs(state.tags) do if known == ARGV[2] then return 0 end end
state.failures = state.failures + 1
local beyond = state.failures - tonumber(ARGV[3])
state.lockedUntil = beyond < 0 and 0 or now + math.min(tonumber(ARGV[5]), tonumber(ARGV[4]) * 2 ^ beyond)
state.forgetAt = math.max(now, state.lockedUntil) + tonumber(ARGV[6])
keep()
return 0
`;

/** The twin of `withTag`. ARGV: now, tag, milliseconds to remember. */
const REMEMBER = `${READ}
local tags = {}
for _, known in ipairs(state.tags) do if known ~= ARGV[2] then table.insert(tags, known) end end
table.insert(tags, ARGV[2])
while #tags > 3 do table.remove(tags, 1) end
state.tags = tags
state.forgetAt = math.max(state.forgetAt, now + tonumber(ARGV[3]))
keep()
`;

/** The twin of `withoutGuess`. ARGV: now, tag. */
const TAKE_BACK = `${READ}
if state.failures == 0 then return end
for _, known in ipairs(state.tags) do if known == ARGV[2] then return end end
state.failures = state.failures - 1
state.lockedUntil = 0
keep()
`;

interface Scripts {
  rekeyLockoutAdmit(key: string, now: number, tag: string, ...rules: number[]): Promise<number>;
  rekeyLockoutRemember(key: string, now: number, tag: string, rememberMs: number): Promise<void>;
  rekeyLockoutTakeBack(key: string, now: number, tag: string): Promise<void>;
}

/** Lockouts in Redis: each call is one script on one key. */
export function createRedisLockoutStore(redis: Redis | Cluster): LockoutStore {
  redis.defineCommand("rekeyLockoutAdmit", { numberOfKeys: 1, lua: ADMIT });
  redis.defineCommand("rekeyLockoutRemember", { numberOfKeys: 1, lua: REMEMBER });
  redis.defineCommand("rekeyLockoutTakeBack", { numberOfKeys: 1, lua: TAKE_BACK });
  const scripts = redis as unknown as Scripts;
  return {
    async admit(key, tag, rules: LockoutRules, now) {
      const { failuresAllowed, firstLockMs, longestLockMs, rememberMs } = rules;
      const until = await scripts.rekeyLockoutAdmit(keyOf(key), now, tag, failuresAllowed, firstLockMs, longestLockMs, rememberMs);
      return until === 0 ? { outcome: "open" } : { outcome: "locked", until };
    },
    remember: (key, tag, { rememberMs }, now) => scripts.rekeyLockoutRemember(keyOf(key), now, tag, rememberMs),
    takeBack: (key, tag, now) => scripts.rekeyLockoutTakeBack(keyOf(key), now, tag),
    async clear(keys) {
      await Promise.all(keys.map((key) => redis.del(keyOf(key))));
    },
  };
}

function keyOf(key: string): string {
  return `lockout:${key}`;
}
