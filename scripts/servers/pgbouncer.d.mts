import type { TestServer } from "./spawned.d.mts";

/** A PgBouncer of our own in transaction mode before the PostgreSQL of `url`; the answer's `url` differs from that in its port alone. */
export function startPgBouncer(options: {
  readonly url: string;
  readonly program?: string;
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<TestServer>;
