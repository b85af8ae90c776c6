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

/** KEYS: what is done once. ARGV: until, now, milliseconds to keep. Answers 1 the first time. Our clock says when it ends, not that of Redis. */
const ONCE = `
local known = tonumber(redis.call('GET', KEYS[1]) or '0')
if known > tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 1
`;

interface Scripts {
  rekeyTake(key: string, now: number, limits: string, keepMs: number): Promise<string>;
  rekeyGiveBack(key: string): Promise<void>;
  rekeyOnce(key: string, until: number, now: number, keepMs: number): Promise<number>;
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
    async once(key, until, now) {
      return (await scripts.rekeyOnce(`once:${key}`, until, now, Math.max(1, until - now))) === 1;
    },
    used: async (key, now) => Number(await redis.get(`once:${key}`)) > now,
    async again(key) {
      await redis.del(`once:${key}`);
    },
  };
}
