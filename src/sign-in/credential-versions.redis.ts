import type { Cluster, Redis } from "ioredis";
import { DAY } from "../kit/clock.ts";
import type { CredentialVersions } from "./credential-versions.ts";

const RAISE = `
local known = tonumber(redis.call('GET', KEYS[1]) or '0')
redis.call('SET', KEYS[1], math.max(known, tonumber(ARGV[1])), 'PX', ARGV[2])
`;

interface Scripts {
  rekeyRaise(key: string, version: number, keepMs: number): Promise<void>;
}

export function createRedisCredentialVersions(redis: Redis | Cluster): CredentialVersions {
  redis.defineCommand("rekeyRaise", { numberOfKeys: 1, lua: RAISE });
  const scripts = redis as unknown as Scripts;
  return {
    raise: (userId, version) => scripts.rekeyRaise(key(userId), version, DAY),
    async read(userId) {
      const text = await redis.get(key(userId));
      return text === null ? null : Number(text);
    },
  };
}

function key(userId: string): string {
  return `credential-version:${userId}`;
}
