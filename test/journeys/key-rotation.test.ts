import { randomBytes } from "node:crypto";
import t from "tap";
import { readKeyring } from "../../src/keys/keyring.pg.ts";
import { rotateKeys } from "../../src/keys/rotate-keys.pg.ts";
import { ROTATING_PURPOSES } from "../../src/keys/rotation.ts";
import { createSealer } from "../../src/keys/sealer.ts";
import { systemClock as clock } from "../../src/kit/clock.ts";
import { systemRandom as random } from "../../src/kit/random.ts";
import { Secret } from "../../src/kit/secret.ts";
import { createInstallation } from "./installation.ts";
import { until } from "./product.ts";
import {
  addressOf,
  type Caller,
  challenge,
  codeIn,
  messageTo,
  proveByMessage,
  setPassword,
  signIn,
  startReset,
  verify,
} from "./reset-steps.ts";

/** Long enough for every process to hear of a new key; people's installations wait a minute. */
const ANNOUNCE_MS = 1_500;

const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;

t.test("keys are rotated under load: no code refused, no token invalid, no value unreadable, no counter anew", async (t) => {
  const next = new Secret(randomBytes(32));
  const house = await createInstallation(t);
  const masterKeys = [next, house.masterKey];
  const env = { MASTER_KEY: masterKeys.map((key) => key.reveal().toString("base64")).join(",") };
  const services = await Promise.all([house.start("server", env), house.start("server", env), house.start("worker", env)]);
  const [a, b] = services.map((service) => house.through(service)) as [Caller, Caller];

  // What is under way when the keys are rotated.
  const appToken = await house.appToken(a);
  const bystander = house.person("signe");
  const { accessToken } = (await signIn(a, bystander.userPrincipalName, bystander.password)).json;
  const waiting = await startReset(a, house.person("odd").userPrincipalName);
  const { challengeId } = (await challenge(a, waiting, "email")).json;
  const code = codeIn(await messageTo(a, addressOf(house.person("odd"), "email")));
  const tag = createSealer(house.keyring).tag("account", "somebody");

  const source = { db: house.connection.db, masterKeys, clock, random, announceMs: ANNOUNCE_MS };
  let rotated = false;
  let resets = 0;
  const walk = async (name: string, one: Caller, other: Caller): Promise<void> => {
    const person = house.person(name);
    for (let round = 0; !rotated; round++) {
      const reset = await startReset(one, person.userPrincipalName);
      let { next: step } = await proveByMessage(other, reset, "email", addressOf(person, "email"));
      if (step === "challenge") step = (await proveByMessage(one, reset, "sms", addressOf(person, "mobilePhone"))).next;
      const password = `plum violin ${random(4).toString("hex")} harbour`;
      const { status, text } = await setPassword(other, reset, password);
      if (step !== "password" || status !== 204) throw new Error(`${name}, round ${round}: ${step}, ${status} ${text}`);
      const signedIn = await signIn(one, person.userPrincipalName, password);
      const me = await other.call("GET", "/v1/me", { token: signedIn.json.accessToken });
      // Of an administrator a second step is asked.
      if (signedIn.json.next === "done" && me.status !== 200) throw new Error(`a new token was refused: ${me.text}`);
      resets++;
    }
  };
  const walking = Promise.all([walk("henrik", a, b), walk("mirja", b, a), walk("tove", a, b)]);

  // Seen below; until then it may fail unwatched.
  walking.catch(() => undefined);

  const rotate = async (): Promise<string> => {
    const { made } = await rotateKeys({ ...source, purposes: ROTATING_PURPOSES });
    const kid = made.find(({ purpose }) => purpose === "token")?.id ?? "";
    for (const server of [a, b])
      await until(async () => kidOf((await signIn(server, bystander.userPrincipalName, bystander.password)).json.accessToken) === kid);
    const before = resets;
    await until(async () => resets >= before + 3);
    return kid;
  };
  const kids = [kidOf(accessToken), await rotate(), await rotate()];
  rotated = true;
  await walking;
  t.comment(`${resets} resets, 2 rotations of ${ROTATING_PURPOSES.length} keys and of the master key`);

  for (const server of [a, b]) {
    t.equal((await server.call("GET", "/v1/me", { token: accessToken })).status, 200, "a token under the first key");
    t.equal((await server.call("GET", "/v1/policy", { token: appToken })).status, 200);
    const { keys } = (await server.call("GET", "/.well-known/jwks.json")).json;
    t.same(
      keys.map(({ kid }: { kid: string }) => kid),
      kids.toReversed(),
      "all that verify, newest first",
    );
  }
  t.equal((await verify(b, waiting, challengeId, code)).status, 200, "a code under the first key");
  const keyring = await readKeyring({ ...source, masterKeys: [next] });
  t.equal(createSealer(keyring).tag("account", "somebody"), tag);
  await house.settled();
  const failed = "select task_identifier, last_error from graphile_worker.jobs where last_error is not null";
  t.same((await house.connection.pool.query(failed)).rows, []);
  t.same(
    services.flatMap(({ lines }) => lines).filter((line) => /job failed|request failed|could not be read/.test(line)),
    [],
  );
});
