import t from "tap";
import { type Counted, createReadRegistration, type SnapshotStore } from "../../src/reports/read-registration.ts";
import type { RegistrationReport } from "../../src/reports/registration-report.ts";

/** The report itself is nobody's business here. */
const REPORT = {} as RegistrationReport;

/** A reader whose counts end when they are told to. */
function reader(large: boolean) {
  const kept = new Map<string, Counted>();
  const counts: { tenantId: string; end: () => void }[] = [];
  const store: SnapshotStore = {
    isLarge: async () => large,
    ask: async (tenantId) => kept.get(tenantId) ?? null,
    keep: async (tenantId, counted) => void kept.set(tenantId, counted),
    claimDue: async () => null,
  };
  const count = (tenantId: string) =>
    new Promise<RegistrationReport>((resolve) => void counts.push({ tenantId, end: () => resolve(REPORT) }));
  return { kept, counts, read: createReadRegistration({ store, count, clock: { now: () => 7 } }) };
}

const turn = () => new Promise(setImmediate);

t.test("however many ask first for a large organisation, it is counted once; another one has its own count", async (t) => {
  const { kept, counts, read } = reader(true);
  const asked = [read("a"), read("a"), read("a"), read("b")];
  await turn();
  t.same(
    counts.map(({ tenantId }) => tenantId),
    ["a", "b"],
  );
  for (const { end } of counts) end();
  t.match(await Promise.all(asked), Array(4).fill({ asOf: 7 }));
  t.same([...kept.keys()], ["a", "b"]);
  await read("a");
  t.equal(counts.length, 2);
});

t.test("a small one is counted for each: what was just written is in it", async (t) => {
  const { kept, counts, read } = reader(false);
  const asked = [read("a"), read("a")];
  await turn();
  t.equal(counts.length, 2);
  for (const { end } of counts) end();
  await Promise.all(asked);
  t.equal(kept.size, 0);
});
