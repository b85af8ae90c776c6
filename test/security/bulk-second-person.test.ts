import t from "tap";
import { underTheRule } from "../administration/approval-walk.ts";
import { doneJob, passwordOf, rowsOf } from "../administration/password-job-walk.ts";
import { newPerson } from "../builders/administrator.ts";
import { startProduct } from "../journeys/product.ts";

t.test("a job resets no Global Administrator alone where that takes two", async (t) => {
  const run = await startProduct(t);
  const { anna, bo } = await underTheRule(run);
  const one = await newPerson(run);
  const group = (await anna.call("POST", "/v1/groups", { body: { name: "Bosses" } })).json.id;
  await run.connection.pool.query("insert into group_members values ($1, $2)", [group, bo.id]);
  for (const users of [[bo.id, one.id], { group }]) {
    const job = await doneJob(anna, { users });
    t.match(
      (await rowsOf(anna, job.id)).find(({ userId }) => userId === bo.id),
      { outcome: "skipped", reason: "second-person-needed" },
    );
    t.match(await passwordOf(run, bo.id), { version: 1, former: 0 });
  }
  t.match(await passwordOf(run, one.id), { version: 2 }, "others are reset");

  t.equal((await anna.call("DELETE", `/v1/users/${bo.id}/roles/globalAdministrator`)).status, 204);
  const after = await doneJob(anna, { users: [bo.id] });
  t.match(await rowsOf(anna, after.id), [{ reason: "second-person-needed" }], "nor one who was one a moment ago");

  await run.connection.pool.query(`update tenants set policy = policy || '{"twoPersonRule": false}'`);
  t.match(await doneJob(anna, { users: [bo.id] }), { done: 1, skipped: 0 }, "where it takes one, one does it");
});
