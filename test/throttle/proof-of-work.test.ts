import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import type { Challenge, Payload } from "altcha-lib/types";
import fc from "fast-check";
import t from "tap";
import { MINUTE } from "../../src/kit/clock.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { createProofOfWork, WAIT_MS, type WorkChallenge } from "../../src/throttle/proof-of-work.ts";
import { keyringOf } from "../builders/keyring.ts";
import { T0 } from "../builders/reset-flow.ts";

const LIFETIME_MS = 10 * MINUTE;

const clock = { at: T0, now: () => clock.at };
t.beforeEach(() => {
  clock.at = T0;
});

const work = createProofOfWork({ keyring: keyringOf("ours"), clock, random: systemRandom });
const foreign = createProofOfWork({ keyring: keyringOf("theirs"), clock, random: systemRandom });

const pack = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString("base64");

async function solve({ parameters, signature }: WorkChallenge): Promise<Payload> {
  const challenge = { parameters, signature } as Challenge;
  const solution = await solveChallenge({ challenge, deriveKey });
  if (solution === null) throw new Error("not solved in time");
  return { challenge, solution };
}

const asked = await work.challenge();
const solved = await solve(asked);

t.test("solved work is proved, with an id to be used once and the moment until which it is good", async (t) => {
  const proved = await work.check(pack(solved));
  t.match(proved, { id: /^[\w-]{22}$/, until: T0 + LIFETIME_MS });
  t.strictSame(await work.check(pack(solved)), proved, "sent again it has the same id, so that the caller sees the replay");
  const { parameters, signature } = solved.challenge;
  const backwards = Object.fromEntries(Object.entries(parameters).reverse());
  const reordered = { solution: { ...solved.solution, time: 1 }, challenge: { signature, parameters: backwards } };
  t.strictSame(await work.check(pack(reordered)), proved, "written in another way too");
  const other = await work.challenge();
  t.not((other.parameters as { data: { id: string } }).data.id, proved?.id, "each challenge has its own");
});

t.test("solved work is good until its last millisecond, by our clock", async (t) => {
  clock.at = T0 + LIFETIME_MS - 1;
  t.ok(await work.check(pack(solved)));
  clock.at = T0 + LIFETIME_MS;
  t.equal(await work.check(pack(solved)), null);
});

t.test("work for another installation proves nothing here", async (t) => {
  t.equal(await foreign.check(pack(solved)), null);
  clock.at = T0 + WAIT_MS;
  t.ok(await work.check(asked.wait.ticket));
  t.equal(await foreign.check(asked.wait.ticket), null);
});

t.test("a changed challenge or a made-up solution proves nothing", async (t) => {
  const { challenge, solution } = solved;
  const { parameters, signature } = challenge;
  const data = parameters.data ?? {};
  const changed: Record<string, unknown> = {
    "no signature": { challenge: { parameters }, solution },
    "empty signature": { challenge: { parameters, signature: "" }, solution },
    "signature of another challenge": { challenge: { parameters, signature: (await work.challenge()).signature }, solution },
    "another id": { challenge: { parameters: { ...parameters, data: { ...data, id: "mine" } }, signature }, solution },
    "a later end": { challenge: { parameters: { ...parameters, data: { ...data, until: T0 * 2 } }, signature }, solution },
    "no cost": { challenge: { parameters: { ...parameters, cost: 1 }, signature }, solution },
    "no prefix": { challenge: { parameters: { ...parameters, keyPrefix: "" }, signature }, solution },
    "a further field": { challenge: { parameters: { ...parameters, more: 1 }, signature }, solution },
    "another counter": { challenge, solution: { ...solution, counter: solution.counter + 1 } },
    "a counter that is text": { challenge, solution: { ...solution, counter: String(solution.counter) } },
    "another key": { challenge, solution: { ...solution, derivedKey: "00".repeat(32) } },
    "no key": { challenge, solution: { counter: solution.counter } },
    "no solution": { challenge },
    "no challenge": { solution },
    "a challenge of its own making": { challenge: { parameters: { ...parameters, keyPrefix: "0" }, signature }, solution },
  };
  for (const [what, payload] of Object.entries(changed)) t.equal(await work.check(pack(payload)), null, what);
});

t.test("a changed cost is refused before anything is computed", async (t) => {
  const { parameters, signature } = solved.challenge;
  const endless = { challenge: { parameters: { ...parameters, cost: 2 ** 31 - 1 }, signature }, solution: solved.solution };
  t.equal(await work.check(pack(endless)), null);
});

t.test("a ticket is good after its wait, for ten minutes, and has one id", async (t) => {
  const { wait } = await work.challenge();
  t.equal(wait.seconds * 1_000, WAIT_MS);
  t.equal(await work.check(wait.ticket), null, "before its time");
  clock.at = T0 + WAIT_MS - 1;
  t.equal(await work.check(wait.ticket), null, "a millisecond before");
  clock.at = T0 + WAIT_MS;
  const proved = await work.check(wait.ticket);
  t.match(proved, { id: /^[\w-]{22}$/, until: T0 + WAIT_MS + LIFETIME_MS });
  t.strictSame(await work.check(wait.ticket), proved, "the same id each time");
  t.strictSame((await work.check(`${wait.ticket}.more`)) ?? proved, proved, "no other writing has another id");
  clock.at = T0 + WAIT_MS + LIFETIME_MS - 1;
  t.ok(await work.check(wait.ticket));
  clock.at = T0 + WAIT_MS + LIFETIME_MS;
  t.equal(await work.check(wait.ticket), null, "at its end its id is forgotten, so it is no longer good");
});

t.test("a changed ticket is no ticket", async (t) => {
  const { ticket } = (await work.challenge()).wait;
  const [word = "", id = "", from = "", signature = ""] = ticket.split(".");
  clock.at = T0 + WAIT_MS;
  const early = String(Number(from) - WAIT_MS);
  const changed = [
    [word, "A".repeat(22), from, signature],
    [word, id, early, signature],
    [word, id, String(Number(from) + 1), signature],
    [word, id, "", signature],
    [word, id, "NaN", signature],
    [word, id, from, ""],
    [word, id, from, signature.slice(1)],
    [word, id, from],
    [word],
    [word, "", "", ""],
  ];
  t.ok(await work.check(ticket));
  for (const parts of changed) t.equal(await work.check(parts.join(".")), null, parts.join("."));
});

t.test("whatever strangers send proves nothing and throws nothing", async (t) => {
  const nested = Buffer.from(`{"challenge":{"parameters":${"[".repeat(20_000)}${"]".repeat(20_000)},"signature":"x"},"solution":{}}`);
  for (const text of ["", "wait", "wait.", "null", pack(null), pack(1), pack([]), pack({}), "%%%", "e30=", nested.toString("base64")])
    t.equal(await work.check(text), null, text.slice(0, 20));
  const field = fc.constantFrom("challenge", "solution", "parameters", "signature", "data", "until", "id", "counter", "derivedKey", "salt");
  const payload = fc.object({ key: fc.oneof(field, fc.string()), maxDepth: 4 });
  const answer = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.json().map(pack),
    payload.map(pack),
    fc.string().map((text) => `wait.${text}`),
  );
  await fc.assert(
    fc.asyncProperty(answer, async (text) => (await work.check(text)) === null),
    { numRuns: 500 },
  );
});
