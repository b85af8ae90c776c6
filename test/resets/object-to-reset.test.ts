import t from "tap";
import { createObjectToReset, createReadObjection, type ObjectToResetDeps, type Stopped } from "../../src/resets/object-to-reset.ts";

const GENUINE = "genuine";

/** The use case over a link store that answers `stopped`, and what it did. */
function objecting(stopped: Stopped, raise: () => Promise<void> = async () => undefined) {
  const done: string[] = [];
  const deps: ObjectToResetDeps = {
    tokens: { tokenOf: () => GENUINE, linkOf: (token) => (token === GENUINE ? "link" : null) },
    objections: {
      read: async (linkId, now) => {
        done.push(`read ${linkId} ${now}`);
        return { organisation: "Contoso", resetAt: 1, objected: false, passwordInForce: true };
      },
      stop: async (linkId, now) => {
        done.push(`stop ${linkId} ${now}`);
        return stopped;
      },
    },
    versions: {
      raise: async (userId, version) => {
        done.push(`raise ${userId} ${version}`);
        await raise();
      },
      read: async () => null,
    },
    clock: { now: () => 1234 },
  };
  return { done, object: createObjectToReset(deps), read: createReadObjection(deps) };
}

t.test("sessions end before the answer, after the commit", async (t) => {
  const { done, object } = objecting({ outcome: "stopped", userId: "user", credentialVersion: 7 });
  t.equal(await object(GENUINE), true);
  t.strictSame(done, ["stop link 1234", "raise user 7"]);
});

t.test("a session store that is away does not undo what is committed: the job repeats it", async (t) => {
  const { object } = objecting({ outcome: "stopped", userId: "user", credentialVersion: 7 }, () => Promise.reject(new Error("away")));
  t.equal(await object(GENUINE), true);
});

t.test("what was stopped before, or is gone, ends nobody's session", async (t) => {
  for (const outcome of ["stopped-before", "gone"] as const) {
    const { done, object } = objecting({ outcome });
    t.equal(await object(GENUINE), outcome !== "gone");
    t.strictSame(done, ["stop link 1234"], outcome);
  }
});

t.test("a forged token reaches no store", async (t) => {
  const { done, object, read } = objecting({ outcome: "gone" });
  t.equal(await object("forged"), false);
  t.equal(await read("forged"), null);
  t.strictSame(done, []);
});
