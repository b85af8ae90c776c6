import type { Redis } from "ioredis";
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

/** KEYS: what is done once. ARGV: until, now, milliseconds to keep. Answers 1 the first time. Our clock says when it ends, not that of Redis. */
const ONCE = `
local known = tonumber(redis.call('GET', KEYS[1]) or '0')
if known > tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
return 1
`;

interface Scripted extends Redis {
  rekeyTake(key: string, now: number, limits: string, keepMs: number): Promise<string>;
  rekeyOnce(key: string, until: number, now: number, keepMs: number): Promise<number>;
}

/** Counters in Redis: each call is one script on one key. */
export function createRedisThrottleStore(redis: Redis): ThrottleStore {
  redis.defineCommand("rekeyTake", { numberOfKeys: 1, lua: TAKE });
  redis.defineCommand("rekeyOnce", { numberOfKeys: 1, lua: ONCE });
  const scripted = redis as Scripted;
  return {
    async take(key, limits, now) {
      const keepMs = Math.max(...limits.map((limit) => limit.windowMs));
      return JSON.parse(await scripted.rekeyTake(`throttle:${key}`, now, JSON.stringify(limits), keepMs)) as Window[];
    },
    async clear(keys) {
      await Promise.all(keys.map((key) => redis.del(`throttle:${key}`)));
    },
    async once(key, until, now) {
      return (await scripted.rekeyOnce(`once:${key}`, until, now, Math.max(1, until - now))) === 1;
    },
    async again(key) {
      await redis.del(`once:${key}`);
    },
  };
}
