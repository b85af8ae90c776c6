import { randomBytes } from "node:crypto";
import t from "tap";
import { startRedis } from "../../scripts/servers/redis.mjs";
import { DAY } from "../../src/kit/clock.ts";
import { startMailServer } from "../journeys/mail-server.ts";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { addressOf, challenge, onEachState, startReset } from "../journeys/reset-steps.ts";
import { count } from "./proved-reset.ts";
import { address, BEHIND_PROXY, from } from "./sources.ts";
import { startVictim } from "./victim-process.ts";

// Who cannot reset is told so at a stored address, once a day. Anybody can ask for it, so more would be a weapon, and none would leave them alone.

async function disable(run: StartedProduct, name: string): Promise<string> {
  await run.connection.pool.query("update users set enabled = false where upn_key like $1 || '%'", [name]);
  return run.person(name).userPrincipalName;
}

/** Challenges by strangers, of one reset each, all at once. */
async function ask(run: StartedProduct, name: string, times: number, first: number): Promise<void> {
  await Promise.all(
    Array.from({ length: times }, async (_, number) => {
      const stranger = from(run, address(first + number));
      await challenge(stranger, await startReset(stranger, name), "email");
    }),
  );
}

onEachState(t, "I07: many challenges at once leave one note a day", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const name = await disable(run, "henrik");
  await ask(run, name, 9, 0);
  await run.settled();
  t.equal((await run.outbox()).length, 1);
  t.equal((await run.outbox())[0]?.to, addressOf(run.person("henrik"), "email"));
  run.clock.turn(DAY - 1);
  await ask(run, name, 1, 100);
  await run.settled();
  t.equal((await run.outbox()).length, 1);
  run.clock.turn(1);
  await ask(run, name, 1, 200);
  await run.settled();
  t.equal((await run.outbox()).length, 2, "the next day another");
});

onEachState(t, "a note that was refused is not the one of the day: another challenge may send it", async (t, state) => {
  const mail = await startMailServer(t);
  const run = await startProduct(t, { state, env: { ...BEHIND_PROXY, SMTP_URL: mail.url } });
  const name = await disable(run, "henrik");
  mail.refuse({ code: 550, message: "5.1.1 unknown" });
  await ask(run, name, 1, 0);
  await until(async () => (await count(run, "audit_events where type = 'message.given-up'")) === 1);
  mail.refuse(null);
  await ask(run, name, 3, 100);
  await run.settled();
  t.equal(mail.mails.length, 1);
});

t.test("killed while the note is handed over: it is sent all the same, and still one a day", async (t) => {
  const [redis, mail] = [await startRedis(), await startMailServer(t)];
  t.teardown(() => redis.stop());
  const env = { ...BEHIND_PROXY, REDIS_URL: redis.url, MASTER_KEY: randomBytes(32).toString("base64"), SMTP_URL: mail.url };
  const run = await startProduct(t, { env, worker: false });
  const name = await disable(run, "henrik");
  const to = addressOf(run.person("henrik"), "email");
  mail.hold(true);
  await ask(run, name, 1, 0);
  const first = await startVictim(t, run, { ...env, ROLE: "worker" });
  await until(async () => mail.asked.includes(to));
  await first.kill();
  mail.hold(false);
  await startVictim(t, run, { ...env, ROLE: "worker" });
  await mail.mailTo(to);
  await ask(run, name, 2, 100);
  await run.settled();
  t.equal(mail.mails.length, 1);
});
