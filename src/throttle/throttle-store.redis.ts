import type { Cluster, Redis } from "ioredis";
import type { Window } from "./counter.ts";
import type { ThrottleStore } from "./throttle-store.ts";

/** The twin of `count` in `counter.ts`. KEYS: the counter. ARGV: now, the limits as JSON, milliseconds to keep. Answers the windows as JSON. */
const TAKE = `
local now, limits = tonumber(ARGV[1]), cjson.decode(ARGV[2])
local text = redis.call('GET', KEYS[1])
local windows, counted = text and cjson.decode(text) or {}, {}
for index, limit in ipairs(limits) do
  local window = windows[index]
  if not window or window['until'] <= now then counted[index] = { count = 1, ['until'] = now + limit.windowMs }
  else counted[index] = { count = window.count + 1, ['until'] = window['until'] } end
end
local answer = cjson.encode(counted)
redis.call('SET', KEYS[1], answer, 'PX', ARGV[3])
return answer
`;

/** KEYS: the counter. */
const GIVE_BACK = `
local text = redis.call('GET', KEYS[1])
if not text then return end
local windows = cjson.decode(text)
for _, window in ipairs(windows) do window.count = math.max(0, window.count - 1) end
redis.call('SET', KEYS[1], cjson.encode(windows), 'KEEPTTL')
`;

/**
 * KEYS: what is done once. ARGV: until, now, milliseconds to keep, and by whom where that is told. Answers 1 the first time, and to the same
 * one again. Our clock says when it ends, not that of Redis.
 */
const ONCE = `
local known, by = string.match(redis.call('GET', KEYS[1]) or '0', '^(%S+) ?(.*)$')
if tonumber(known) > tonumber(ARGV[2]) then return ARGV[4] and by == ARGV[4] and 1 or 0 end
redis.call('SET', KEYS[1], ARGV[4] and ARGV[1] .. ' ' .. ARGV[4] or ARGV[1], 'PX', ARGV[3])
return 1
`;

interface Scripts {
  rekeyTake(key: string, now: number, limits: string, keepMs: number): Promise<string>;
  rekeyGiveBack(key: string): Promise<void>;
  rekeyOnce(key: string, until: number, now: number, keepMs: number, ...by: string[]): Promise<number>;
}

/** Counters in Redis: each call is one script on one key. */
export function createRedisThrottleStore(redis: Redis | Cluster): ThrottleStore {
  redis.defineCommand("rekeyTake", { numberOfKeys: 1, lua: TAKE });
  redis.defineCommand("rekeyGiveBack", { numberOfKeys: 1, lua: GIVE_BACK });
  redis.defineCommand("rekeyOnce", { numberOfKeys: 1, lua: ONCE });
  const scripts = redis as unknown as Scripts;
  return {
    async take(key, limits, now) {
      const keepMs = Math.max(...limits.map((limit) => limit.windowMs));
      return JSON.parse(await scripts.rekeyTake(`throttle:${key}`, now, JSON.stringify(limits), keepMs)) as Window[];
    },
    async clear(keys) {
      await Promise.all(keys.map((key) => redis.del(`throttle:${key}`)));
    },
    async giveBack(key) {
      await scripts.rekeyGiveBack(`throttle:${key}`);
    },
    async once(key, until, now, by) {
      const whose = by === undefined ? [] : [by];
      return (await scripts.rekeyOnce(`once:${key}`, until, now, Math.max(1, until - now), ...whose)) === 1;
    },
    used: async (key, now) => Number.parseInt((await redis.get(`once:${key}`)) ?? "0", 10) > now,
    async again(key) {
      await redis.del(`once:${key}`);
    },
  };
}
