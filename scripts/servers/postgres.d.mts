import type { TestServer } from "./spawned.d.mts";

/** A PostgreSQL of our own; `url` is the superuser's. @param options.settings further ones of postgresql.conf */
export function startPostgres(options?: { readonly settings?: Readonly<Record<string, string>> }): Promise<TestServer>;
