import { Redis } from "ioredis";
import type { Secret } from "../kit/secret.ts";
import { createMemoryResetStore } from "../resets/reset-store.memory.ts";
import { createRedisResetStore } from "../resets/reset-store.redis.ts";
import type { ResetStore } from "../resets/reset-store.ts";
import { createMemoryCredentialVersions } from "../sign-in/credential-versions.memory.ts";
import { createRedisCredentialVersions } from "../sign-in/credential-versions.redis.ts";
import type { CredentialVersions } from "../sign-in/credential-versions.ts";
import { createMemoryThrottleStore } from "../throttle/throttle-store.memory.ts";
import { createRedisThrottleStore } from "../throttle/throttle-store.redis.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";

/** What many processes share and may lose: running resets, counters, credential versions. */
export interface State {
  readonly resets: ResetStore;
  readonly throttle: ThrottleStore;
  readonly versions: CredentialVersions;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const COMMAND_TIMEOUT_MS = 2_000;

/** Redis where it is configured, this process otherwise. A command that gets no answer fails soon, and none waits in a queue for a connection. */
export function composeState(url: Secret | null, onError: (error: Error) => void): State {
  if (url === null)
    return {
      resets: createMemoryResetStore(),
      throttle: createMemoryThrottleStore(),
      versions: createMemoryCredentialVersions(),
      ping: async () => undefined,
      close: async () => undefined,
    };
  const redis = new Redis(url.reveal(), {
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: true,
    retryStrategy: (times) => Math.min(times * 100, 1_000),
  });
  redis.on("error", onError);
  return {
    resets: createRedisResetStore(redis),
    throttle: createRedisThrottleStore(redis),
    versions: createRedisCredentialVersions(redis),
    ping: async () => void (await redis.ping()),
    close: async () => void (await redis.quit().catch(() => redis.disconnect())),
  };
}
