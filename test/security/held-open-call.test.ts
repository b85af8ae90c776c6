import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import t from "tap";
import { newAdministrator, newPerson } from "../builders/administrator.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";

/** A call of which everything is sent but its last byte: the server has let it in, and waits. */
async function holdOpen(run: StartedProduct, path: string, token: string, body: string, type: string): Promise<ClientRequest> {
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    expect: "100-continue",
  };
  const held = request(`${run.baseUrl}${path}`, { method: "POST", headers });
  held.flushHeaders();
  await once(held, "continue");
  held.write(body.slice(0, -1));
  return held;
}

async function finish(held: ClientRequest, last: string): Promise<{ status: number | undefined; text: string }> {
  const answered = once(held, "response");
  held.end(last);
  const [response] = (await answered) as [IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { status: response.statusCode, text: Buffer.concat(pieces).toString() };
}

t.test("a call that was let in and is held open does nothing once its caller may not call any more", async (t) => {
  const run = await startProduct(t);
  const boss = await newAdministrator(run, ["globalAdministrator"]);
  const target = await newPerson(run);
  const path = `/v1/users/${target.id}/password-reset`;
  const changes = async () =>
    (await run.connection.pool.query("select credential_version from users where id = $1", [target.id])).rows[0].credential_version;
  const before = await changes();

  const demoted = await newAdministrator(run, ["helpdeskAdministrator"]);
  const offboarded = await newAdministrator(run, ["helpdeskAdministrator"]);
  const signedOut = await newAdministrator(run, ["helpdeskAdministrator"]);
  const held = await Promise.all([demoted, offboarded, signedOut].map(({ token }) => holdOpen(run, path, token, "{}", "application/json")));
  // Calls of their own, after which those above have passed the guard.
  for (const { call } of [demoted, offboarded, signedOut]) t.equal((await call("GET", `/v1/users/${target.id}`)).status, 200);

  t.equal((await boss.call("DELETE", `/v1/users/${demoted.id}/roles/helpdeskAdministrator`)).status, 204);
  t.equal((await boss.call("POST", `/v1/users/${offboarded.id}/offboard`)).status, 204);
  t.equal((await boss.call("POST", `/v1/users/${signedOut.id}/revoke-sessions`)).status, 204);

  const answers = await Promise.all(held.map((one) => finish(one, "}")));
  t.same(
    answers.map(({ status }) => status),
    [403, 401, 401],
  );
  t.equal(await changes(), before, "nothing was reset");
});

t.test("neither does a file that was on its way", async (t) => {
  const run = await startProduct(t);
  const boss = await newAdministrator(run, ["globalAdministrator"]);
  const target = await newPerson(run);
  const newcomer = `n-${target.userPrincipalName}`;
  const files = [
    { path: "/v1/users/import", body: `userPrincipalName\n${newcomer}\n` },
    { path: "/v1/password-reset-jobs", body: `userPrincipalName\n${target.userPrincipalName}\n` },
  ];
  for (const { path, body } of files) {
    const caller = await newAdministrator(run, ["authenticationAdministrator"]);
    const held = await holdOpen(run, path, caller.token, body, "text/csv");
    t.equal((await caller.call("GET", `/v1/users/${target.id}`)).status, 200);
    t.equal((await boss.call("DELETE", `/v1/users/${caller.id}/roles/authenticationAdministrator`)).status, 204);
    t.match(await finish(held, body.slice(-1)), { status: 403 }, path);
  }
  t.equal((await boss.call("GET", `/v1/users/${newcomer}`)).status, 404, "nobody was imported");
  const jobs = await run.connection.pool.query("select count(*)::int as count from password_jobs");
  t.equal(jobs.rows[0].count, 0, "no job was begun");
});
