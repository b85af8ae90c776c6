import t, { type Test } from "tap";
import { createHousekeeping } from "../../src/compose/housekeeping.ts";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";

const COUNTS = `select (select count(*)::int from familiar_sources) as sources, (select count(*)::int from import_jobs) as imports,
  (select count(*)::int from import_rows) as rows, (select count(*)::int from one_time_links) as links,
  (select count(*)::int from graphile_worker._private_jobs) as jobs, (select count(*)::int from idempotent_answers) as answers,
  (select count(*)::int from temporary_passwords) as given`;

/** For each kind how to make $2 of them at the age of $1 days, and the ages on both sides of its end. */
const KINDS: Readonly<Record<string, { readonly insert: string; readonly young: number; readonly old: number }>> = {
  sources: {
    insert: `insert into familiar_sources select u.id, $1 || '-' || n, now() - $1::int * interval '1 day'
      from (select id from users where upn_key like 'henrik%') u, generate_series(1, $2::int) n`,
    young: 89,
    old: 91,
  },
  imports: {
    insert: `with job as (
        insert into import_jobs (id, tenant_id, state, requested_by, created_at)
        select gen_random_uuid(), tenant_id, 'done', '{}', now() - $1::int * interval '1 day' from users where upn_key like 'henrik%' returning id
      ) insert into import_rows (job_id, line, outcome) select id, n, 'created' from job, generate_series(1, $2::int) n`,
    young: 29,
    old: 31,
  },
  links: {
    insert: `insert into one_time_links (id, purpose, tenant_id, user_id, created_at, expires_at)
      select $1 || '-' || n, 'not-me', u.tenant_id, u.id, now(), now() - $1::int * interval '1 day'
      from (select id, tenant_id from users where upn_key like 'henrik%') u, generate_series(1, $2::int) n`,
    young: -1,
    old: 1,
  },
  jobs: {
    // The queue keeps time of its own: their age is set below.
    insert: `select graphile_worker.add_job('send-code', json_build_object('age', $1::int), max_attempts => 1) from generate_series(1, $2::int)`,
    young: 29,
    old: 31,
  },
  answers: {
    insert: `insert into idempotent_answers (caller, key, request_hash, created_at)
      select 'app', $1 || '-' || n, '', now() - $1::int * interval '1 day' from generate_series(1, $2::int) n`,
    young: 0,
    old: 1,
  },
  given: {
    insert: `insert into temporary_passwords (id, tenant_id, user_id, created_at, created_by, replaced_at)
      select $1 || '-' || n, u.tenant_id, u.id, now(), '{}', now() - $1::int * interval '1 day'
      from (select id, tenant_id from users where upn_key like 'henrik%') u, generate_series(1, $2::int) n`,
    young: 89,
    old: 91,
  },
};

/** A product without a worker, with one young thing of each kind, and more old ones than a batch holds. */
async function withOldThings(t: Test): Promise<StartedProduct & { count(): Promise<object> }> {
  const run = await startProduct(t, { worker: false });
  const { pool } = run.connection;
  for (const { insert, young, old } of Object.values(KINDS))
    for (const [age, many] of [
      [young, 1],
      [old, 1_200],
    ])
      await pool.query(insert, [String(age), many]);
  await pool.query(`update graphile_worker._private_jobs set attempts = 1, updated_at = now() - (payload->>'age')::int * interval '1 day'`);
  // As old as the others, and still to be done.
  await pool.query(`update graphile_worker._private_jobs set attempts = 0, run_at = now() + interval '1 day'
    where id = (select max(id) from graphile_worker._private_jobs)`);
  return { ...run, count: async () => (await pool.query(COUNTS)).rows[0] };
}

const BEFORE = { sources: 1_201, imports: 2, rows: 1_201, links: 1_201, jobs: 1_201, answers: 1_201, given: 1_201 };
const AFTER = { sources: 1, imports: 1, rows: 1, links: 1, jobs: 2, answers: 1, given: 1 };

const reached = (count: () => Promise<object>, wanted: object) =>
  until(async () => JSON.stringify(await count()) === JSON.stringify(wanted));

t.test("several at once forget what is old, and nothing else", async (t) => {
  const { count, connection, clock } = await withOldThings(t);
  t.same(await count(), BEFORE);
  const warnings: unknown[] = [];
  const log = { warn: (details: object) => void warnings.push(details) };
  const several = Array.from({ length: 3 }, () => createHousekeeping({ db: connection.db, clock, log }));
  for (const one of several) one.start();
  await reached(count, AFTER);
  await Promise.all(several.map((one) => one.stop()));
  t.same(await count(), AFTER);
  t.same(warnings, []);
});

t.test("what cannot be forgotten is told, and keeps the rest from nothing; every worker does it", async (t) => {
  const { count, connection, product, logs } = await withOldThings(t);
  await connection.pool.query("create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$");
  await connection.pool.query("create trigger refuse before delete on familiar_sources for each row execute function refuse()");
  t.teardown(() => product.worker.stop());
  await product.worker.start();
  await reached(count, { ...AFTER, sources: BEFORE.sources });
  t.match(logs.filter((line) => line.includes("could not be forgotten")).join(""), /"what":"familiar sources"/);
});
