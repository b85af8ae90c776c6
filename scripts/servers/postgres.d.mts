import type { TestServer } from "./spawned.d.mts";

export interface TestPostgres extends TestServer {
  /** Stops it, its data stay. `SIGINT`: its clients are cut off at once; `SIGQUIT`: as in a crash. */
  halt(signal?: "SIGINT" | "SIGQUIT"): Promise<void>;
  /** Brings it back on the same port, with the same data. */
  resume(): Promise<void>;
}

/**
 * A PostgreSQL of our own; `url` is the superuser's.
 * @param options.settings further ones of postgresql.conf
 * @param options.version its major version; by default TEST_POSTGRES_VERSION, or the one that is embedded
 */
export function startPostgres(options?: {
  readonly settings?: Readonly<Record<string, string>>;
  readonly version?: 15 | 18;
}): Promise<TestPostgres>;

/** Whom PostgreSQL runs as where we are root. */
export function unprivilegedAccount(): Promise<{ readonly uid: number; readonly gid: number }>;
