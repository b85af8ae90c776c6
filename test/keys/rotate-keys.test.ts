import { randomBytes } from "node:crypto";
import t, { type Test } from "tap";
import { connect } from "../../src/database/connect.pg.ts";
import { followKeyring } from "../../src/keys/follow-keyring.pg.ts";
import { loadKeyring, readKeyring } from "../../src/keys/keyring.pg.ts";
import { createLiveKeyring, KEY_PURPOSES, type Keyring } from "../../src/keys/keyring.ts";
import { rotateKeys } from "../../src/keys/rotate-keys.pg.ts";
import { READS_ON, ROTATING_PURPOSES } from "../../src/keys/rotation.ts";
import { createSealer } from "../../src/keys/sealer.ts";
import { DAY, MINUTE } from "../../src/kit/clock.ts";
import { systemRandom as random } from "../../src/kit/random.ts";
import { Secret } from "../../src/kit/secret.ts";
import { freshDatabase } from "../journeys/fresh-database.ts";
import { ManualClock } from "../journeys/manual-clock.ts";
import { until } from "../journeys/product.ts";

const newMasterKey = () => new Secret<Buffer>(randomBytes(32));

async function vault(t: Test) {
  const { db, direct, pool, close } = connect({ url: new Secret(await freshDatabase(t)) });
  t.teardown(close);
  const clock = new ManualClock();
  const masterKeys = [newMasterKey()];
  const source = { db, masterKeys, clock };
  const keyring = await loadKeyring({ ...source, random });
  return { source: { ...source, random }, clock, keyring, direct, pool };
}

/** All that a keyring holds, to be compared. */
function contentOf(keyring: Keyring) {
  return KEY_PURPOSES.map((purpose) => keyring.all(purpose).map(({ id, bytes }) => `${purpose} ${id} ${bytes.toString("hex")}`));
}

t.test("another master key wraps the same keys", async (t) => {
  const { source, keyring } = await vault(t);
  const [former] = source.masterKeys;
  const next = newMasterKey();
  if (former === undefined) throw new Error("there is one");
  t.same(contentOf(await readKeyring({ ...source, masterKeys: [next, former] })), contentOf(keyring), "both open it before");
  const rotation = await rotateKeys({ ...source, masterKeys: [next, former], purposes: [] });
  t.match(rotation, { rewrapped: KEY_PURPOSES.length, made: [], forgotten: 0 });
  t.same(contentOf(await readKeyring({ ...source, masterKeys: [next] })), contentOf(keyring), "nothing else has changed");
  await t.rejects(readKeyring(source), { message: /MASTER_KEY does not open/ }, "the former one opens nothing any more");
  await t.rejects(rotateKeys({ ...source, purposes: ["code"] }), "and rotates nothing");
  t.match(await rotateKeys({ ...source, masterKeys: [next, former], purposes: [] }), { rewrapped: 0 });
});

t.test("new keys are announced, used, and outlive the former ones", async (t) => {
  const { source, clock, keyring, pool } = await vault(t);
  const sealed = createSealer(keyring).seal("here", "a value");
  const tag = createSealer(keyring).tag("account", "somebody");
  const { made } = await rotateKeys({ ...source, purposes: ROTATING_PURPOSES });
  t.same(
    made.map(({ purpose }) => purpose),
    ROTATING_PURPOSES,
  );
  const after = await readKeyring(source);
  for (const { purpose, id } of made) {
    t.equal(after.current(purpose).id, keyring.current(purpose).id, `${purpose}: not yet`);
    t.ok(after.find(purpose, id), `${purpose}: known`);
  }
  clock.turn(MINUTE);
  for (const { purpose, id } of made) t.equal(after.current(purpose).id, id, `${purpose}: now`);
  t.equal(createSealer(after).tag("account", "somebody"), tag, "counters go on, addresses are found");

  clock.turn(91 * DAY);
  const later = await readKeyring(source);
  for (const { purpose } of made) t.equal(later.all(purpose).length, READS_ON[purpose] === null ? 2 : 1, purpose);
  t.equal(createSealer(later).unseal("here", sealed), "a value", "what rests in the database is read for ever");
  t.match(await rotateKeys({ ...source, purposes: [] }), { forgotten: 4 });
  const { rows } = await pool.query("select actor, details from audit_events where type = 'keys.rotate' order by at");
  t.match(rows, [{ actor: { kind: "operator" }, details: { rewrapped: 0 } }, {}]);
  t.notMatch(JSON.stringify(rows), keyring.current("code").bytes.toString("hex"));
});

t.test("a running process follows the keyring, and keeps what it has when it cannot read the next", async (t) => {
  const { source, keyring, direct, pool } = await vault(t);
  const live = createLiveKeyring(keyring);
  let failures = 0;
  const log = { error: () => failures++ };
  const stop = await followKeyring({ session: direct.session, keyring: live, read: () => readKeyring(source), log });
  t.teardown(stop);
  await rotateKeys({ ...source, purposes: ["code"] });
  await until(async () => live.all("code").length === 2);

  // A notice that was lost with the connection: whoever comes back looks.
  await pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'rekey session' and datname = current_database()",
  );
  await rotateKeys({ ...source, purposes: ["code"] });
  await until(async () => live.all("code").length === 3);

  const before = contentOf(live);
  await rotateKeys({ ...source, masterKeys: [newMasterKey(), ...source.masterKeys], purposes: ["code"] });
  await until(async () => failures > 0);
  t.same(contentOf(live), before);
});
