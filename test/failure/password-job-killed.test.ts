import t from "tap";
import { RESETS } from "../administration/password-job-walk.ts";
import { manyPeople } from "../builders/many-people.ts";
import { createInstallation } from "../journeys/installation.ts";
import { until } from "../journeys/waiting.ts";

const PEOPLE = 1_000;

t.test("a CSV of 1,000 whose worker is killed twice in the middle: everybody once, the result complete", async (t) => {
  const house = await createInstallation(t);
  const { pool } = house.connection;
  const { id: tenantId, domain } = house.demo.tenant;
  const [former] = (await pool.query("select phc from passwords limit 1")).rows;
  const names = await manyPeople(house.connection, { tenantId, domain, count: PEOPLE, phc: former.phc });
  const [server, first] = await Promise.all([house.start("server"), house.start("worker")]);
  const caller = house.through(server);
  const token = await house.appToken(caller);
  const headers = { "content-type": "text/csv" };
  const answer = await caller.call("POST", RESETS, { token, headers, body: `userPrincipalName\n${names.join("\n")}\n` });
  t.match(answer, { status: 202, json: { total: PEOPLE, done: 0 } });
  const { id } = answer.json;
  const changed = async (): Promise<number> =>
    (await pool.query("select count(*)::integer as n from password_job_rows where job_id = $1 and state <> 'pending'", [id])).rows[0].n;

  let worker = first;
  for (const share of [0.2, 0.6]) {
    await reach(changed, share * PEOPLE);
    // The next one is there before this one dies, as it is where several run.
    const next = await house.start("worker");
    await worker.end("SIGKILL");
    const at = await changed();
    t.ok(at < PEOPLE, `killed when ${at} were done`);
    worker = next;
  }
  await reach(changed, PEOPLE);
  const job = async () => (await caller.call("GET", `${RESETS}/${id}`, { token })).json;
  await until(async () => (await job()).state === "done");
  t.match(await job(), { total: PEOPLE, done: PEOPLE, failed: 0, skipped: 0 });

  const { rows: twice } = await pool.query(
    `select u.user_principal_name from users u where u.user_principal_name = any($1) and (
       u.credential_version <> 2 or (select count(*) from password_history h where h.user_id = u.id) <> 1
       or (select count(*) from audit_events e where e.user_id = u.id and e.type = 'password.reset-by-administrator') <> 1
       or (select count(*) from temporary_passwords x where x.user_id = u.id) <> 1)`,
    [names],
  );
  t.same(twice, [], "nobody was left out, nobody was reset twice");
  const table = (await caller.call("GET", `${RESETS}/${id}/results`, { token, headers: { accept: "text/csv" } })).text.split("\r\n");
  t.equal(table.length, PEOPLE + 2, "a header, everybody, and the end of the last line");
  const passwords = table.slice(1, -1).map((line) => line.split(",")[3]);
  t.equal(new Set(passwords).size, PEOPLE);
  // The first and the last, and two beside where it was killed.
  for (const index of [0, 200, 600, PEOPLE - 1]) {
    const body = { userPrincipalName: names[index], password: passwords[index] };
    t.match((await caller.call("POST", "/v1/sign-in", { body })).json, { next: "interrupts" }, `${names[index]}`);
  }
});

/** As long as it goes forward: a slow machine takes its time. */
async function reach(count: () => Promise<number>, goal: number): Promise<void> {
  for (let last = await count(); last < goal; ) {
    const from = last;
    await until(async () => {
      last = await count();
      return last > from;
    });
  }
}
