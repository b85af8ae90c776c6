import t from "tap";
import { CHALLENGE_METHODS, type ChallengeMethod } from "../../src/methods/method.ts";
import { type Eligibility, judgeEligibility } from "../../src/policy/eligibility.ts";
import { createCountRegistration } from "../../src/reports/count-registration.pg.ts";
import { createRenewSnapshot } from "../../src/reports/read-registration.ts";
import { createSnapshotStore } from "../../src/reports/snapshot-store.pg.ts";
import { createAccountStore } from "../../src/users/account-store.pg.ts";
import { newPerson } from "../builders/administrator.ts";
import { anotherTenant, demoApplication } from "../builders/application.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";

const PATH = "/v1/reports/registration";
const MINUTE = 60_000;

/** People of every kind that a rule tells apart. */
async function people(run: StartedProduct): Promise<void> {
  const { pool } = run.connection;
  const change = async (sql: string, roles: readonly string[] = []) => pool.query(sql, [(await newPerson(run, { roles })).id]);
  await newPerson(run, { roles: ["globalAdministrator"] });
  await newPerson(run, { roles: ["directoryReaders"] });
  await newPerson(run, { enabled: false });
  await change("update users set licensed = false where id = $1");
  await change("update users set recovery_frozen_at = now() where id = $1");
  await change("update users set directory_id = gen_random_uuid() where id = $1");
  await change("update users set deleted_at = now() where id = $1");
  await change("delete from authentication_methods where type = 'email' and user_id = $1", ["userAdministrator"]);
  await change("delete from authentication_methods where user_id = $1");
  await change("update authentication_methods set verified_at = null, source = 'admin' where user_id = $1");
  await change("update authentication_methods set verified_at = null, source = 'admin' where user_id = $1", ["helpdeskAdministrator"]);
  await change("update authentication_methods set consecutive_failures = 30 where user_id = $1");
  await change("update authentication_methods set usable_from = now() + interval '1 day' where user_id = $1");
}

/** The same figures by judging everybody alone, as a reset does. */
async function oneByOne({ connection, clock, demo }: StartedProduct, deliverable: ReadonlySet<ChallengeMethod>) {
  const { rows } = await connection.pool.query("select id from users where tenant_id = $1 and deleted_at is null", [demo.tenant.id]);
  const accounts = createAccountStore(connection.db);
  const judged: { licensed: boolean; eligibility: Eligibility }[] = [];
  for (const { id } of rows) {
    const account = await accounts.findById(id, "");
    if (account === null) throw new Error("gone");
    judged.push({ licensed: account.licensed, eligibility: judgeEligibility(account, { now: clock.now(), deliverable }) });
  }
  const failed = ({ trace }: Eligibility) => trace.flatMap(({ reason }) => reason ?? []);
  const count = (holds: (eligibility: Eligibility) => boolean) => judged.filter(({ eligibility }) => holds(eligibility)).length;
  const registered = (eligibility: Eligibility) => !failed(eligibility).includes("too-few-methods");
  const administrator = ({ policy }: Eligibility) => policy === "administrator";
  return {
    people: judged.length,
    licensed: judged.filter(({ licensed }) => licensed).length,
    enabled: count((eligibility) => failed(eligibility).every((reason) => reason === "too-few-methods")),
    registered: count(registered),
    capable: count(({ canReset }) => canReset),
    administrators: {
      people: count(administrator),
      registered: count((eligibility) => administrator(eligibility) && registered(eligibility)),
      capable: count((eligibility) => administrator(eligibility) && eligibility.canReset),
    },
    reasons: Object.fromEntries(
      Object.entries(Object.groupBy(judged, ({ eligibility }) => eligibility.reason ?? "none")).map(([reason, of]) => [reason, of?.length]),
    ),
  };
}

t.test("the figures are those of everybody judged alone, under any policy", async (t) => {
  const run = await startProduct(t, { worker: false });
  await people(run);
  const app = await demoApplication(run);
  const group = (await app.call("POST", "/v1/groups", { body: { name: "Pilot" } })).json.id;
  await app.call("PUT", `/v1/groups/${group}/members/${(await newPerson(run)).id}`);
  const policies = [
    {},
    { scope: "none" },
    { methodsRequired: 2 },
    { scope: "selected", groups: [group] },
    { prefilledMethodsCount: false },
    { methods: ["email"] },
  ];
  const deliverable = new Set(CHALLENGE_METHODS);
  for (const policy of policies) {
    await run.connection.pool.query("update tenants set policy = policy || $1 where id = $2", [policy, run.demo.tenant.id]);
    const { json, status } = await app.call("GET", PATH);
    t.equal(status, 200, run.logs.filter((l) => l.includes("err")).join());
    const { asOf, byMethod, byReason, registrations, ...figures } = json;
    const { reasons, ...expected } = await oneByOne(run, deliverable);
    t.strictSame(figures, expected, JSON.stringify(policy));
    t.strictSame(
      Object.fromEntries(byReason.map(({ reason, people: count }: { reason: string; people: number }) => [reason, count])),
      Object.fromEntries(Object.entries(reasons).filter(([reason]) => reason !== "none")),
    );
    t.equal(asOf, new Date(run.clock.now()).toISOString());
    t.strictSame(registrations, []);
    const { rows } = await run.connection.pool.query(
      `select count(distinct user_id)::int as people, count(distinct user_id) filter (where verified_at is not null)::int as verified
       from authentication_methods m join users u on u.id = m.user_id where m.type = 'email' and u.deleted_at is null and u.tenant_id = $1`,
      [run.demo.tenant.id],
    );
    t.match(byMethod[0], { type: "email", ...rows[0] });
  }
  t.match((await (await anotherTenant(run, "fabrikam.example")).call("GET", PATH)).json, { people: 0, capable: 0, byReason: [] });
});

t.test("registrations over time come from the counts", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  const day = new Date(run.clock.now()).toISOString().slice(0, 10);
  await run.connection.pool.query(
    `insert into event_day_counts values ($1, $2, 'method.add', 'success', '', 'email', 5), ($1, $2, 'method.verify', 'success', '', 'email', 3),
      ($1, '2020-01-01', 'method.verify', 'success', '', 'email', 7)`,
    [run.demo.tenant.id, day],
  );
  t.strictSame((await app.call("GET", PATH)).json.registrations, [{ day, type: "email", added: 5, verified: 3 }]);
});

t.test("a large organisation gets figures that are kept, and counted anew while somebody asks", async (t) => {
  const run = await startProduct(t, { worker: false });
  const { db, pool } = run.connection;
  await pool.query(
    `insert into users (id, tenant_id, user_principal_name, upn_key, created_at, updated_at)
     select gen_random_uuid(), $1, 'n' || n, 'n' || n || '@x', now(), now() from generate_series(1, 20000) n`,
    [run.demo.tenant.id],
  );
  const { clock } = run;
  const circumstances = () => ({ now: clock.now(), deliverable: new Set(CHALLENGE_METHODS) });
  const renew = createRenewSnapshot({ store: createSnapshotStore(db), count: createCountRegistration({ db, circumstances }), clock });
  const asked = async () => {
    const { asOf, people: count, byReason } = (await (await demoApplication(run)).call("GET", PATH)).json;
    return { age: clock.now() - Date.parse(asOf), people: count, tooFew: byReason[0] };
  };

  t.equal(await renew(), false, "nobody has asked yet");
  const first = await asked();
  t.match(first, { age: 0, people: 20_006, tooFew: { reason: "too-few-methods", people: 20_001 } });
  await pool.query("update users set deleted_at = now() where upn_key like 'n1%@x'");
  clock.turn(4 * MINUTE);
  t.equal(await renew(), false, "not yet old");
  t.match(await asked(), { age: 4 * MINUTE, people: 20_006 });
  clock.turn(2 * MINUTE);
  t.strictSame([await renew(), await renew()], [true, false], "counted anew once");
  const left = 20_006 - 11_111;
  t.match(await asked(), { age: 0, people: left });

  clock.turn(40 * MINUTE);
  t.equal(await renew(), false, "nobody looks any more");
  t.match(await asked(), { age: 40 * MINUTE });
  t.equal(await renew(), true, "until somebody does");
  clock.turn(25 * 60 * MINUTE);
  t.equal(await renew(), true, "and once a day");
});
