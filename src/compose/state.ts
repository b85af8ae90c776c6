import type { Secret } from "../kit/secret.ts";
import { createMemoryResetStore } from "../resets/reset-store.memory.ts";
import { createRedisResetStore } from "../resets/reset-store.redis.ts";
import type { ResetStore } from "../resets/reset-store.ts";
import { createMemoryCredentialVersions } from "../sign-in/credential-versions.memory.ts";
import { createRedisCredentialVersions } from "../sign-in/credential-versions.redis.ts";
import type { CredentialVersions } from "../sign-in/credential-versions.ts";
import { createMemoryLockoutStore } from "../sign-in/lockout-store.memory.ts";
import { createRedisLockoutStore } from "../sign-in/lockout-store.redis.ts";
import type { LockoutStore } from "../sign-in/lockout-store.ts";
import { createMemorySessionStore } from "../sign-in/session-store.memory.ts";
import { createRedisSessionStore } from "../sign-in/session-store.redis.ts";
import type { SessionStore } from "../sign-in/session-store.ts";
import { createMemoryThrottleStore } from "../throttle/throttle-store.memory.ts";
import { createRedisThrottleStore } from "../throttle/throttle-store.redis.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import { connectRedis } from "./connect.redis.ts";
import { createPing } from "./ping.redis.ts";
import { readRedisUrl } from "./redis-address.ts";
import { unavailableWhileAway } from "./redis-away.ts";

/** What many processes share and may lose: running resets, counters, sessions, credential versions. */
export interface State {
  readonly resets: ResetStore;
  readonly throttle: ThrottleStore;
  readonly lockouts: LockoutStore;
  readonly sessions: SessionStore;
  readonly versions: CredentialVersions;
  /** Rejects when a step would fail somewhere: a server is away, takes no writes, or a part of the cluster is served by nobody. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Redis where it is configured, this process otherwise. */
export function composeState(url: Secret | null, onError: (error: Error) => void): State {
  if (url === null)
    return {
      resets: createMemoryResetStore(),
      throttle: createMemoryThrottleStore(),
      lockouts: createMemoryLockoutStore(),
      sessions: createMemorySessionStore(),
      versions: createMemoryCredentialVersions(),
      ping: async () => undefined,
      close: async () => undefined,
    };
  const reading = readRedisUrl(url.reveal());
  if ("mistakes" in reading) throw new Error(`REDIS_URL ${reading.mistakes.join("; it ")}.`);
  const { client, tried, close } = connectRedis(reading.address, onError);
  const guarded = <Port extends object>(port: Port): Port => unavailableWhileAway(port, tried);
  return {
    resets: guarded(createRedisResetStore(client)),
    throttle: guarded(createRedisThrottleStore(client)),
    lockouts: guarded(createRedisLockoutStore(client)),
    sessions: guarded(createRedisSessionStore(client)),
    versions: guarded(createRedisCredentialVersions(client)),
    ...guarded({ ping: createPing(client) }),
    close,
  };
}
