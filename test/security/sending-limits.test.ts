import t from "tap";
import { MINUTE, SECOND } from "../../src/kit/clock.ts";
import { LIMITS } from "../../src/throttle/limits.ts";
import { WAIT_MS } from "../../src/throttle/proof-of-work.ts";
import { startMailServer } from "../journeys/mail-server.ts";
import { type Answer, type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { addressOf, challenge, codeIn, messageTo, onEachState, startReset, verify } from "../journeys/reset-steps.ts";
import { anotherPerson, type Person } from "./another-person.ts";
import { ticketOf } from "./proof-of-work.ts";
import { begun, count, tally } from "./proved-reset.ts";
import { address, BEHIND_PROXY, from } from "./sources.ts";

/** What the smallest window of each limit lets through, so that the figures stand in the table alone. */
const SENDS_IN_TEN_MINUTES = LIMITS.sendsToDestination[0].limit;
const TEXTS_TO_PREFIX = LIMITS.sendsToPrefix[0].limit;

async function messagesTo(run: StartedProduct, to: string): Promise<number> {
  return (await run.outbox()).filter((item) => item.to === to).length;
}

onEachState(t, "H08: a method can be asked for again after resendAfter, not before, and five codes are all", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  for (const name of [run.person("henrik").userPrincipalName, "nobody.there@contoso.example"]) {
    const reset = await startReset(run, name);
    const first = await challenge(run, reset, "email");
    t.equal(Date.parse(first.json.resendAfter), run.clock.now() + MINUTE);
    run.clock.turn(MINUTE - SECOND);
    const early = await challenge(run, reset, "email");
    t.match([early.status, early.json.code, early.headers.get("retry-after")], [429, "too-many-attempts", "1"]);
    t.equal((await challenge(run, reset, "sms")).status, 202, "another method has a wait of its own");
    run.clock.turn(SECOND);
    t.equal((await challenge(run, reset, "email")).status, 202);
    for (let code = 4; code <= 5; code++) {
      run.clock.turn(MINUTE);
      t.equal((await challenge(run, reset, "email")).status, 202);
    }
    run.clock.turn(MINUTE);
    const sixth = await challenge(run, reset, "sms");
    t.equal(sixth.status, 429);
    t.equal(Number(sixth.headers.get("retry-after")), 900 - 60 * 4, "until the reset ends");
    t.equal((await challenge(run, reset, "authenticatorApp")).json.resendAfter, null, "where nothing is sent there is no wait");
  }
});

onEachState(t, "A76 TH38: of a hundred resets that strangers start few become mails, and the answers do not tell", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const person = run.person("henrik");
  const start = (number: number, proofOfWork?: string) =>
    from(run, address(number)).call("POST", "/v1/password-resets", {
      body: { userPrincipalName: person.userPrincipalName, ...(proofOfWork === undefined ? {} : { proofOfWork }) },
    });
  const first = await Promise.all(Array.from({ length: 100 }, (_, number) => start(number)));
  run.clock.turn(WAIT_MS);
  const waited = await Promise.all(
    first.filter(({ status }) => status === 403).map((asked, number) => start(1_000 + number, ticketOf(asked))),
  );
  const started = [...first, ...waited].filter(({ status }) => status === 201);
  t.equal(started.length, 100);
  const asked = await Promise.all(started.map(({ json }) => challenge(run, json, "email")));
  t.same(tally(asked), { "202": 100 });
  t.same([...new Set(asked.map(({ json }) => JSON.stringify(Object.keys(json))))].length, 1);
  await run.settled();
  t.equal(await messagesTo(run, addressOf(person, "email")), SENDS_IN_TEN_MINUTES);
  t.equal((await run.outbox()).length, SENDS_IN_TEN_MINUTES, "and nobody else was written to");
});

onEachState(t, "D04: over the limit of a source no code is sent, and the one that came before stays good", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const office = from(run, address(1));
  const { reset, challengeId, code } = await begun(office);
  const { limit } = LIMITS.challengesOfSource[0];
  for (let asked = 1; asked < limit; asked += 20) {
    const other = await startReset(from(run, address(1_000 + asked)), `name-${asked}@contoso.example`);
    await Promise.all(Array.from({ length: Math.min(20, limit - asked) }, () => challenge(office, other, "authenticatorApp")));
  }
  const refused = await challenge(office, reset, "sms");
  t.match([refused.status, refused.headers.get("retry-after")], [429, "600"]);
  t.equal((await verify(office, reset, challengeId, code)).json.next, "password", "the code before it is still the one");
  run.clock.turn(MINUTE);
  t.equal((await challenge(from(run, address(2)), reset, "sms")).status, 202, "another source is free");
  await run.settled();
  t.equal(await messagesTo(run, addressOf(run.person("henrik"), "mobilePhone")), 1);
});

onEachState(t, "A79: strangers cannot keep the codes from the person's own places", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const person = run.person("henrik");
  const home = from(run, "203.0.113.5");
  await home.call("POST", "/v1/sign-in", { body: { userPrincipalName: person.userPrincipalName, password: person.password } });
  for (let number = 0; number < 6; number++)
    await challenge(run, await startReset(from(run, address(number)), person.userPrincipalName), "email");
  await run.settled();
  const sent = await messagesTo(run, addressOf(person, "email"));
  t.equal(sent, SENDS_IN_TEN_MINUTES);
  const reset = await startReset(home, person.userPrincipalName);
  const asked = await challenge(home, reset, "email");
  const code = codeIn(await messageTo(run, addressOf(person, "email"), sent));
  t.equal((await verify(home, reset, asked.json.challengeId, code)).json.next, "password");
});

onEachState(t, "A77 H05: text messages to a range of numbers stop at the cap of the range, and email goes on", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const people: Person[] = [];
  for (let number = 0; number < 30; number++) {
    const mobilePhone = `+4670174${String(1_000 + number)}`;
    people.push(await anotherPerson(run, `range-${number}`, mobilePhone));
  }
  const ask = async (person: Person, number: number, method: string): Promise<Answer> => {
    const source = from(run, address(number));
    return challenge(source, await startReset(source, person.userPrincipalName), method);
  };
  const texts = await Promise.all(people.map((person, number) => ask(person, number, "sms")));
  t.same(tally(texts), { "202": 30 });
  await run.settled();
  t.equal((await run.outbox()).length, TEXTS_TO_PREFIX);
  const [last] = people;
  if (last === undefined) throw new Error("nobody");
  const elsewhere = await anotherPerson(run, "elsewhere", "+46735000001");
  await ask(elsewhere, 100, "sms");
  await ask(last, 101, "email");
  await run.settled();
  t.equal(await messagesTo(run, "+46735000001"), 1, "another range");
  t.equal(await messagesTo(run, addressOf(last, "email")), 1);
});

onEachState(
  t,
  "A77: asking for one person's codes again and again spends no more of the block's budget than was sent",
  async (t, state) => {
    const run = await startProduct(t, { state, env: BEHIND_PROXY });
    const known = await anotherPerson(run, "known", "+46701740000");
    const bySms = async (source: number, { userPrincipalName }: Person) => startReset(from(run, address(source)), userPrincipalName);
    const resets = await Promise.all([1, 2, 3, 4, 5].map((source) => bySms(source, known)));
    for (let round = 1; round <= 5; round++) {
      t.same(tally(await Promise.all(resets.map((reset) => challenge(run, reset, "sms")))), { "202": 5 });
      run.clock.turn(MINUTE);
    }
    await run.settled();
    t.equal(await messagesTo(run, "+46701740000"), SENDS_IN_TEN_MINUTES);

    const numbers: string[] = [];
    for (let number = 1; number <= TEXTS_TO_PREFIX; number++) {
      const phone = `+4670174${String(number).padStart(4, "0")}`;
      await challenge(run, await bySms(10 + number, await anotherPerson(run, `colleague-${number}`, phone)), "sms");
      numbers.push(phone);
    }
    await run.settled();
    const told = await Promise.all(numbers.map((phone) => messagesTo(run, phone)));
    t.equal(
      told.filter((sent) => sent === 1).length,
      TEXTS_TO_PREFIX - SENDS_IN_TEN_MINUTES,
      "colleagues have what is left, which is all but three",
    );
    t.equal((await run.outbox()).length, TEXTS_TO_PREFIX);
  },
);

onEachState(t, "A76: a message whose first attempt died before it was counted counts all the same", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY });
  const person = run.person("henrik");
  // Every job comes to the worker as one that another process took once, and died.
  await run.connection.pool.query(
    `create function tried_once() returns trigger language plpgsql as $$ begin new.attempts := 1; return new; end $$`,
  );
  await run.connection.pool.query(
    "create trigger tried_once before insert on graphile_worker._private_jobs for each row execute function tried_once()",
  );
  for (let number = 1; number <= 6; number++)
    await challenge(run, await startReset(from(run, address(number)), person.userPrincipalName), "email");
  await run.settled();
  t.equal(await messagesTo(run, addressOf(person, "email")), SENDS_IN_TEN_MINUTES);
});

onEachState(t, "I07: a message that is tried again counts once", async (t, state) => {
  const mail = await startMailServer(t);
  const run = await startProduct(t, { state, env: { ...BEHIND_PROXY, SMTP_URL: mail.url } });
  mail.refuse({ code: 451, message: "4.7.1 try again later" });
  for (const source of [1, 2])
    await challenge(run, await startReset(from(run, address(source)), run.person("henrik").userPrincipalName), "email");
  await until(async () => (await count(run, "graphile_worker._private_jobs where attempts = 1 and locked_at is null")) === 2);
  mail.refuse(null);
  await run.connection.pool.query("update graphile_worker._private_jobs set run_at = now()");
  await run.connection.pool.query(`select pg_notify('jobs:insert', '{"count":1}')`);
  await run.settled();
  t.equal(mail.mails.length, 2, "two of the three that this address may get");
});
