// `node --import=tsx bench/reports.ts`: how fast the reports answer for 1,000,000 people and 10,000,000 events, on this machine, over HTTP on
// loopback, with a PostgreSQL of its own; and whether counting keeps up with sealing. Takes some minutes. Prints Markdown; the figures of one
// run stand in docs/performance.md.
import pg from "pg";
import tap from "tap";
import { startPostgres } from "../scripts/servers/postgres.mjs";
import { createSealEvents } from "../src/audit/seal-events.pg.ts";
import { countEvents } from "../src/reports/count-events.pg.ts";
import { type StartedProduct, startProduct } from "../test/journeys/product.ts";
import { median } from "./performance/figures.ts";

const PEOPLE = Number(process.env.PEOPLE ?? 1_000_000);
const COUNTED_EVENTS = 10_000_000;
const REAL_EVENTS = Number(process.env.EVENTS ?? 1_000_000);
const CALLS = 5;
const SEALING_MS = 120_000;
const REGISTRATION = "/v1/reports/registration";
const STEPS_OF_A_RESET = 5;

// What starts the product is made for tests, which end after half a minute.
tap.setTimeout(0);

const began = performance.now();
const tell = (what: string) => process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${what}\n`);
const last: (() => unknown)[] = [];
try {
  const postgres = await startPostgres();
  last.push(() => postgres.stop());
  process.env.TEST_DATABASE_URL = postgres.url;
  const t = { teardown: (step: () => unknown) => void last.push(step) } as unknown as Parameters<typeof startProduct>[0];
  const run = await startProduct(t, { worker: false });
  const client = new pg.Client({ connectionString: run.config.databaseUrl?.reveal() });
  await client.connect();
  last.push(() => client.end());
  await measure(run, client);
  tell("done");
} finally {
  for (const step of last.reverse()) await step();
}

async function measure(run: StartedProduct, client: pg.Client): Promise<void> {
  const tenant = run.demo.tenant.id;
  tell(`${PEOPLE} people`);
  await makePeople(client, tenant);
  tell(`${COUNTED_EVENTS} events, counted`);
  const lines = await makeCounts(client, tenant);
  await client.query("vacuum analyze users, authentication_methods, event_day_counts");
  tell("reports");
  process.stdout.write(await measureReports(run, lines));
  tell(`${REAL_EVENTS} events on the record`);
  await makeEvents(client, tenant);
  await client.query("vacuum analyze audit_events, audit_unsealed");
  tell("sealing and counting them");
  process.stdout.write(await measureSealing(run));
}

async function measureReports(run: StartedProduct, lines: number): Promise<string> {
  const token = await run.appToken();
  const call = async (path: string) => {
    const from = performance.now();
    const { status, json } = await run.call("GET", path, { token });
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    return { ms: performance.now() - from, json };
  };
  const first = await call(REGISTRATION);
  const medianOf = async (path: string) => {
    const times: number[] = [];
    for (let turn = 0; turn < CALLS; turn++) times.push((await call(path)).ms);
    return median(times);
  };
  const day = (before: number) => new Date(run.clock.now() - before * 86_400_000).toISOString().slice(0, 10);
  const rows = [
    ["registration, the first call, which counts everybody", first.ms],
    ["registration", await medianOf(REGISTRATION)],
    ["resets, 30 days", await medianOf("/v1/reports/resets")],
    ["resets, 400 days", await medianOf(`/v1/reports/resets?from=${day(399)}&to=${day(0)}`)],
  ] as const;
  const { people, capable } = first.json;
  return `
| report | ms |
| --- | --- |
${rows.map(([name, ms]) => `| ${name} | ${ms.toFixed(0)} |`).join("\n")}

${people} people, ${capable} of them capable; ${lines} lines of counts stand for ${COUNTED_EVENTS} events. Medians of ${CALLS} calls, but for the first.
`;
}

/** As the worker does it, a batch after the other, for at most {@link SEALING_MS}. */
async function measureSealing({ connection: { db }, keyring, clock }: StartedProduct): Promise<string> {
  let counting = 0;
  const seal = createSealEvents({
    db,
    keyring,
    clock,
    countEvents: async (trx, events) => {
      const from = performance.now();
      await countEvents(trx, events);
      counting += performance.now() - from;
    },
  });
  const from = performance.now();
  let done = 0;
  for (let turn = 1; turn > 0 && performance.now() - from < SEALING_MS; done += turn) turn = (await seal()) ?? 0;
  const seconds = (performance.now() - from) / 1000;
  return `
${done} of ${REAL_EVENTS} events on the record were sealed and counted in ${seconds.toFixed(0)} s: ${(done / seconds).toFixed(0)} in a second. \
Counting them took ${(counting / 1000).toFixed(0)} s of that.
`;
}

/** Nine in ten with an address, half of these with a phone too, some of it filled in by an administrator; some disabled, some unlicensed. */
async function makePeople(client: pg.Client, tenant: string): Promise<void> {
  await client.query(
    `insert into users (id, tenant_id, user_principal_name, upn_key, enabled, licensed, created_at, updated_at)
     select gen_random_uuid(), $1, 'p' || n || '@contoso.example', 'p' || n || '@contoso.example', n % 50 > 0, n % 20 > 0, now(), now()
     from generate_series(1, $2::int) n`,
    [tenant, PEOPLE],
  );
  await client.query(
    `insert into authentication_methods (id, user_id, type, sealed_value, value_tag, hint, source, verified_at, created_at)
     select gen_random_uuid(), u.id, kind.type, '\\x00', kind.type, 'p***@private.example', case when kind.filled then 'admin' else 'user' end,
       case when kind.filled then null else now() end, now()
     from (select id, ('x' || substr(id::text, 1, 7))::bit(28)::int as dice from users where upn_key like 'p%@contoso.example') u
     cross join lateral (values ('email', u.dice % 10 > 0, u.dice % 7 = 0), ('mobilePhone', u.dice % 2 = 0, u.dice % 11 = 0)) kind (type, held, filled)
     where kind.held`,
  );
}

/** 400 days of every kind of line that a reset makes: methods, reasons, outcomes. */
async function makeCounts(client: pg.Client, tenant: string): Promise<number> {
  await client.query(
    `insert into event_day_counts (tenant_id, day, type, outcome, reason, method, count)
     select $1, current_date - d, kind.type, kind.outcome, kind.reason, coalesce(m, ''), 1
     from generate_series(1, 399) d
     cross join (values
       ('reset.start', 'success', '', false), ('reset.start', 'success', 'cannot-reset', false), ('reset.start', 'success', 'unknown-name', false),
       ('reset.challenge', 'success', '', true), ('reset.challenge', 'blocked', 'too-many-codes', true), ('reset.proof', 'success', '', true),
       ('reset.proof', 'failure', 'code-rejected', true), ('reset.proof', 'blocked', 'too-many-tries', true),
       ('reset.complete', 'success', '', false), ('reset.unlock', 'success', '', false), ('reset.cancel', 'success', '', false),
       ('reset.left', 'abandoned', 'after-the-start', false), ('reset.left', 'abandoned', 'after-asking', true),
       ('reset.left', 'abandoned', 'after-the-first-proof', true), ('reset.left', 'abandoned', 'before-the-password', true),
       ('reset.left', 'blocked', 'too-many-tries', true), ('method.add', 'success', '', true), ('method.verify', 'success', '', true),
       ('sign-in.complete', 'success', '', false), ('password.change', 'success', '', false)
     ) kind (type, outcome, reason, by_method)
     left join unnest(array['email', 'sms', 'voice', 'officePhone', 'authenticatorApp', 'recoveryCode', 'securityQuestions']) m on kind.by_method`,
    [tenant],
  );
  const { rows } = await client.query("update event_day_counts set count = $1 / (select count(*) from event_day_counts) returning 1", [
    COUNTED_EVENTS,
  ]);
  return rows.length;
}

/** Whole resets of five steps over the last 24 hours, in the table itself, with the marks that the sealer takes. */
async function makeEvents(client: pg.Client, tenant: string): Promise<void> {
  await client.query(
    `insert into audit_events (id, at, tenant_id, type, outcome, actor, user_id, flow_id, support_code, details)
     select 'e' || n, now() - (interval '1 day' * n / $2::int), $1,
       (array['reset.complete', 'reset.proof', 'reset.challenge', 'reset.start', 'method.verify'])[1 + n % ${STEPS_OF_A_RESET}], 'success',
       '{"kind":"anonymous"}', md5((n / ${STEPS_OF_A_RESET})::text)::uuid, 'flow-' || (n / ${STEPS_OF_A_RESET}), 'ABCD-EFGH',
       '{"decoy": false, "method": "email"}'
     from generate_series(1, $2::int) n`,
    [tenant, REAL_EVENTS],
  );
}
