import t, { type Test } from "tap";
import { MINUTE } from "../../src/kit/clock.ts";
import { SENDGRID_KEY, startSendGrid } from "../channels/sendgrid-emulator.ts";
import { type StartedProduct, type StateKind, startProduct, until } from "../journeys/product.ts";
import { addressOf, challenge, messageTo, onEachState, proveByMessage, type Reset, startReset, verify } from "../journeys/reset-steps.ts";
import { createFormClient } from "../pages/form-client.ts";

// That a message could not be sent is known of people who exist and of nobody else. Who may hear it, and who must not.

/** Every email is refused until `mend`. */
async function withoutMail(t: Test, state: StateKind = "memory", env: Record<string, string> = {}) {
  const sendgrid = await startSendGrid(t);
  sendgrid.next(...Array.from({ length: 200 }, () => ({ status: 503 })));
  const run = await startProduct(t, { state, env: { SENDGRID_API_KEY: SENDGRID_KEY, SENDGRID_BASE_URL: sendgrid.baseUrl, ...env } });
  return { run, sendgrid };
}

const view = (run: StartedProduct, { id, token }: Reset) => run.call("GET", `/v1/password-resets/${id}`, { token });

/** The job of this reset was tried, and is done with or waits for its next attempt. Answers whether it failed. */
async function tried({ connection }: StartedProduct, flowId: string): Promise<boolean> {
  const sql = "select locked_at, last_error from graphile_worker._private_jobs where payload->>'flowId' = $1";
  let failed = false;
  await until(async () => {
    const { rows } = await connection.pool.query(sql, [flowId]);
    failed = rows.length > 0;
    return rows.every(({ locked_at, last_error }) => locked_at === null && last_error !== null);
  });
  return failed;
}

onEachState(t, "A90 A94: before the first proof a mail that could not be sent is the same as one to nobody", async (t, state) => {
  const { run } = await withoutMail(t, state);
  const names = {
    unknown: "nobody.there@contoso.example",
    unregistered: run.person("signe").userPrincipalName,
    administrator: run.person("ylva").userPrincipalName,
    known: run.person("henrik").userPrincipalName,
  };
  const seen = new Map<string, string[]>();
  for (const [kind, userPrincipalName] of Object.entries(names)) {
    const reset = await startReset(run, userPrincipalName);
    await challenge(run, reset, "email");
    const client = createFormClient(run);
    await client.get("/reset");
    await client.submit("/reset", { userPrincipalName });
    await client.submit("/reset/method", { flow: client.hidden("flow"), way: "email" });
    const jobs = [await tried(run, reset.id), await tried(run, client.hidden("flow"))];
    if (kind === "known" || kind === "administrator") t.same(jobs, [true, true], `${kind}: it was tried and failed`);
    const pages = [await client.get("/reset"), await client.get("/reset/another-way"), await client.get("/reset/not-sent")];
    seen.set(kind, [withoutIds((await view(run, reset)).text), ...pages.map(({ html }) => withoutIds(html))]);
  }
  for (const [kind, answers] of seen) t.strictSame(answers, seen.get("unknown"), kind);
  t.match(seen.get("known")?.at(-1), '{"notSent":false}');
  t.notMatch(seen.get("known")?.join(""), /could not be sent|data-not-sent/);
});

/** What differs by chance: tokens, ids and support codes. */
function withoutIds(text: string): string {
  return text
    .replace(/name="(_csrf|flow)" value="[^"]*"/g, 'name="$1"')
    .replace(/"(id|instance)":"[^"]*"/g, '"$1"')
    .replace(/\b[B-Z]{4}-[B-Z]{4}\b/g, "CODE");
}

onEachState(t, "after a proof the person sees that the next code could not be sent, until it could", async (t, state) => {
  const { run, sendgrid } = await withoutMail(t, state);
  const admin = run.person("ylva");
  const reset = await startReset(run, admin.userPrincipalName);
  await proveByMessage(run, reset, "sms", addressOf(admin, "mobilePhone"));
  t.notOk("notSent" in (await view(run, reset)).json, "nothing is under way");
  const { challengeId } = (await challenge(run, reset, "email")).json;
  await tried(run, reset.id);
  t.same((await view(run, reset)).json.notSent, { challengeId, method: "email" });

  sendgrid.forget();
  await run.connection.pool.query("update graphile_worker._private_jobs set run_at = now()");
  await run.connection.pool.query(`select pg_notify('jobs:insert', '{"count":1}')`);
  await run.settled();
  t.notOk("notSent" in (await view(run, reset)).json, "the next attempt got through");
  const code = /\b\d{4} \d{4}\b/.exec(sendgrid.accepted[0]?.content[0]?.value ?? "")?.[0] ?? "";
  t.equal((await verify(run, reset, challengeId, code)).json.next, "password");
});

t.test("A94: another way leaves the failure of the first behind", async (t) => {
  const { run } = await withoutMail(t);
  const admin = run.person("ylva");
  const reset = await startReset(run, admin.userPrincipalName);
  await challenge(run, reset, "email");
  await tried(run, reset.id);
  await challenge(run, reset, "sms");
  t.notOk("notSent" in (await view(run, reset)).json);
  await messageTo(run, addressOf(admin, "mobilePhone"));
  run.clock.turn(MINUTE);
  await proveByMessage(run, reset, "sms", addressOf(admin, "mobilePhone"));
  t.notOk("notSent" in (await view(run, reset)).json, "nor does the first proof tell what was before it");
});

t.test("A76: after a proof a silent cap on a destination looks like a message that was sent", async (t) => {
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "1" } });
  const admin = run.person("ylva");
  const asked = async (proved: boolean) => {
    const reset = await startReset(run, admin.userPrincipalName);
    if (proved) await proveByMessage(run, reset, "email", addressOf(admin, "email"));
    await challenge(run, reset, "sms");
    await run.settled();
    return (await view(run, reset)).text.replace(/"id":"[^"]*"/, "");
  };
  const sent = await asked(true);
  await asked(false);
  await asked(false);
  t.equal(await asked(true), sent);
  t.equal((await run.outbox()).filter(({ channel }) => channel === "sms").length, 3, "the fourth was one too many");
});

t.test("where the start tells who can reset, it is told from the first code on", async (t) => {
  const { run } = await withoutMail(t);
  await run.connection.pool.query(`update tenants set policy = jsonb_set(policy, '{disclosure}', '"helpful"')`);
  const reset = await startReset(run, run.person("henrik").userPrincipalName);
  const { challengeId } = (await challenge(run, reset, "email")).json;
  await tried(run, reset.id);
  t.same((await view(run, reset)).json.notSent, { challengeId, method: "email" });
  await run.connection.pool.query(`update tenants set policy = jsonb_set(policy, '{disclosure}', '"private"')`);
  const later = await startReset(run, run.person("odd").userPrincipalName);
  await challenge(run, later, "email");
  await tried(run, later.id);
  t.notOk("notSent" in (await view(run, later)).json, "not in one that began after the organisation changed its mind");
});
