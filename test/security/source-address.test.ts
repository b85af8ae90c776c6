import t from "tap";
import { MINUTE } from "../../src/kit/clock.ts";
import { WAIT_MS } from "../../src/throttle/proof-of-work.ts";
import { type Answer, type StartedProduct, startProduct } from "../journeys/product.ts";
import { onEachState } from "../journeys/reset-steps.ts";
import { ticketOf } from "./proof-of-work.ts";
import { tally } from "./proved-reset.ts";
import { address, BEHIND_PROXY, from } from "./sources.ts";

let names = 0;

function start(run: StartedProduct, forwardedFor?: string, proofOfWork?: string): Promise<Answer> {
  return run.call("POST", "/v1/password-resets", {
    body: { userPrincipalName: `name-${++names}@contoso.example`, ...(proofOfWork === undefined ? {} : { proofOfWork }) },
    ...(forwardedFor === undefined ? {} : { headers: { "x-forwarded-for": forwardedFor } }),
  });
}

/** Starts one reset as each of these addresses, one after the other. */
async function startsAs(run: StartedProduct, addresses: readonly string[]): Promise<Record<string, number>> {
  const answers: Answer[] = [];
  for (const each of addresses) answers.push(await start(run, each));
  return tally(answers);
}

const eleven = <T>(make: (number: number) => T) => Array.from({ length: 11 }, (_, number) => make(number));
const ONE_SOURCE = { "201": 10, "403 proof-of-work-required": 1 };

t.test("D07: without a trusted proxy, what a client says about itself changes nothing", async (t) => {
  const run = await startProduct(t, { env: { LIMITS_FACTOR: "1" }, worker: false });
  t.same(await startsAs(run, eleven(address)), ONE_SOURCE);
  const headers = ["x-real-ip", "forwarded", "x-client-ip", "cf-connecting-ip", "true-client-ip", "x-cluster-client-ip"];
  for (const name of headers) {
    const value = name === "forwarded" ? `for=${address(500)}` : address(500);
    const body = { userPrincipalName: `name-${++names}@contoso.example` };
    t.equal((await run.call("POST", "/v1/password-resets", { body, headers: { [name]: value } })).status, 403, name);
  }
});

t.test("D07: behind one proxy its own report counts, and nothing before it", async (t) => {
  const run = await startProduct(t, { env: BEHIND_PROXY, worker: false });
  t.same(
    await startsAs(
      run,
      eleven((number) => `${address(number)}, 203.0.113.9`),
    ),
    ONE_SOURCE,
  );
  t.same(
    await startsAs(
      run,
      eleven((number) => `203.0.113.9, ${address(number)}`),
    ),
    { "201": 11 },
  );
});

t.test("D07: behind two proxies the report of the first of them counts", async (t) => {
  const run = await startProduct(t, { env: { ...BEHIND_PROXY, TRUST_PROXY: "2" }, worker: false });
  t.same(
    await startsAs(
      run,
      eleven((number) => `${address(number)}, 203.0.113.9, 10.0.0.1`),
    ),
    ONE_SOURCE,
  );
});

t.test("D04: a source is an IPv4 address or the /64 of an IPv6 address, in whatever writing", async (t) => {
  const run = await startProduct(t, { env: BEHIND_PROXY, worker: false });
  t.same(
    await startsAs(
      run,
      eleven((number) => `2001:db8:0:1::${number}`),
    ),
    ONE_SOURCE,
  );
  t.same(await startsAs(run, ["2001:DB8:0:1:ffff:ffff:ffff:ffff", "2001:0db8:0000:0001::1"]), { "403 proof-of-work-required": 2 });
  t.same(await startsAs(run, ["2001:db8:0:2::1"]), { "201": 1 });
  t.same(
    await startsAs(
      run,
      eleven((number) => (number % 2 === 0 ? "203.0.113.77" : "::ffff:203.0.113.77")),
    ),
    ONE_SOURCE,
  );
  t.same(
    await startsAs(
      run,
      eleven((number) => `not an address ${number}`),
    ),
    ONE_SOURCE,
    "what is no address is one source",
  );
});

onEachState(t, "D04: over the limit of everybody there is work for all, and refusal for nobody", async (t, state) => {
  const run = await startProduct(t, { state, env: BEHIND_PROXY, worker: false });
  const answers = await Promise.all(Array.from({ length: 600 }, (_, number) => start(run, address(number))));
  t.same(tally(answers), { "201": 600 });
  const more = await Promise.all(Array.from({ length: 50 }, (_, number) => start(run, address(1_000 + number))));
  t.same(tally(more), { "403 proof-of-work-required": 50 });
  run.clock.turn(WAIT_MS);
  const waited = await Promise.all(more.map((asked, number) => start(run, address(2_000 + number), ticketOf(asked))));
  t.same(tally(waited), { "201": 50 });
  run.clock.turn(MINUTE);
  t.same(await startsAs(run, [address(3_000)]), { "201": 1 }, "and a minute later none");
});

t.test("D04: a tenant's own network has limits twenty times as wide, for the tenant's own names", async (t) => {
  const run = await startProduct(t, { env: BEHIND_PROXY, worker: false });
  const networks = JSON.stringify({ ownNetworks: ["203.0.113.0/28", "2001:db8:7::/48"] });
  await run.connection.pool.query("update tenants set policy = policy || $1::jsonb where id = $2", [networks, run.demo.tenant.id]);
  const inside = await Promise.all(Array.from({ length: 201 }, () => start(run, "203.0.113.5")));
  t.same(tally(inside), { "201": 200, "403 proof-of-work-required": 1 });
  t.same(tally(await Promise.all(Array.from({ length: 20 }, () => start(run, "2001:db8:7:1::5")))), { "201": 20 });
  t.same(
    await startsAs(
      run,
      eleven(() => "203.0.113.16"),
    ),
    ONE_SOURCE,
    "outside of it",
  );
  const stranger = from(run, "203.0.113.6");
  const answers: Answer[] = [];
  for (const number of eleven((number) => number)) {
    const body = { userPrincipalName: `name-${number}@elsewhere.example` };
    answers.push(await stranger.call("POST", "/v1/password-resets", { body }));
  }
  t.same(tally(answers), ONE_SOURCE, "names of nobody's domain");
});
