import t from "tap";
import { createAskForHelp } from "../../src/administration/ask-for-help.ts";
import { createSendHelpRequest, type SendHelpRequestDeps } from "../../src/administration/send-help-request.worker.ts";
import { createSealer } from "../../src/keys/sealer.ts";
import { HOUR } from "../../src/kit/clock.ts";
import { systemRandom } from "../../src/kit/random.ts";
import type { Job } from "../../src/messages/message-queue.ts";
import { LIMITS } from "../../src/throttle/limits.ts";
import { createProofOfWork } from "../../src/throttle/proof-of-work.ts";
import { createMemoryThrottleStore } from "../../src/throttle/throttle-store.memory.ts";
import { accountOf } from "../builders/account.ts";
import { keyringOf } from "../builders/keyring.ts";
import { ManualClock } from "../journeys/manual-clock.ts";

t.test("strangers who ask for thousands of people do not bury the administrators in mail", async (t) => {
  const clock = new ManualClock();
  const keyring = keyringOf("flood");
  const sealer = createSealer(keyring);
  const throttle = createMemoryThrottleStore();
  const limits = { ...LIMITS, helpRequestsOfSource: [{ limit: 1000, windowMs: HOUR }] };
  const jobs: Extract<Job, { task: "send-help-request" }>[] = [];
  const queue = { enqueue: async (job: Job) => void (job.task === "send-help-request" && jobs.push(job)) };
  const proofOfWork = createProofOfWork({ keyring, clock, random: systemRandom });
  const ask = createAskForHelp({ queue, throttle, limits, proofOfWork, sealer, clock, random: systemRandom });
  const sent: string[] = [];
  let down = false;
  const desk = { id: "desk", roles: ["helpdeskAdministrator"], mail: "desk@contoso.example", preferredLanguage: null, name: null };
  const deps: SendHelpRequestDeps = {
    accounts: {
      findByName: async ({ key }) => {
        const account = accountOf({ id: key, userPrincipalName: key, mail: key });
        return { account, tenant: account.tenant, judged: account };
      },
      findById: async () => null,
    },
    requests: { keep: async ({ supportCode }) => ({ supportCode, wrote: false }), possibleHelpers: async () => [desk] },
    contacts: { contactsOf: async (_id, mail) => ({ emails: mail === null ? [] : [mail], mobilePhones: [], all: [] }) },
    email: {
      send: async ({ to }) => {
        if (down) throw new Error("the mail server is away");
        sent.push(to);
      },
    },
    ...{ throttle, limits, sealer, clock },
  };
  const send = createSendHelpRequest(deps);
  const askFor = async (person: number) => {
    if (person % 100 === 0) clock.turn(60_000);
    await ask({ userPrincipalName: `p-${person}@contoso.example` }, { address: "192.0.2.7", device: null, language: "en" });
    return jobs.at(-1) as (typeof jobs)[number];
  };
  const first = await askFor(1);
  down = true;
  for (let attempt = 0; attempt < 25; attempt++) await t.rejects(send(first));
  down = false;
  await send(first);
  for (let person = 2; person <= 300; person++) await send(await askFor(person));
  t.equal(sent.filter((to) => to === "desk@contoso.example").length, 200, "each counted once, however often it was tried");
  t.equal(sent.length, 500, "every person heard of it");
  clock.turn(HOUR + 1);
  await send(await askFor(301));
  t.equal(sent.filter((to) => to === "desk@contoso.example").length, 201);
});
