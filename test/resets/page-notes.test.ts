import t from "tap";
import { MINUTE, SECOND } from "../../src/kit/clock.ts";
import { type Note, readNote, waitReason } from "../../src/resets/page-notes.ts";
import { LIMITS } from "../../src/throttle/limits.ts";
import { accountNumber, flowOf, T0 } from "../builders/reset-flow.ts";

const NOTES: readonly Note[] = [
  { kind: "way-missing" },
  { kind: "code-missing" },
  { kind: "code-rejected" },
  { kind: "resent" },
  { kind: "other-reset" },
  { kind: "passwords-used-up" },
  { kind: "wait", reason: "way-closed", until: T0 },
  { kind: "password", faults: ["mismatch"], reasons: ["too-short"], guidance: ["avoid-dates"] },
];

t.test("a note is read as it was left", async (t) => {
  for (const note of NOTES) t.strictSame(readNote(JSON.parse(JSON.stringify(note))), note, note.kind);
});

t.test("what is no note of ours is none, whoever put it into the cookie", async (t) => {
  const foreign = [
    null,
    "resent",
    {},
    [],
    { kind: "hello" },
    { kind: "resent", extra: 1 },
    { kind: "wait", reason: "way-closed", until: "soon" },
    { kind: "wait", reason: "<b>", until: 1 },
    { kind: "password", faults: [], reasons: ["<img src=x>"], guidance: [] },
    { kind: "password", faults: [], reasons: new Array(21).fill("too-short"), guidance: [] },
  ];
  for (const note of foreign) t.equal(readNote(note), null, JSON.stringify(note));
});

t.test("why somebody has to wait is told from the flow", async (t) => {
  const flow = (changes = {}) => flowOf(accountNumber(7), changes);
  const email = { challenge: "email" } as const;
  const asked = { resend: { email: { at: T0 + MINUTE, next: 1 } }, codes: 1 };
  t.equal(waitReason(flow(asked), email, 42 * SECOND, LIMITS), "resend-too-soon");
  t.equal(waitReason(flow(asked), { challenge: "sms" }, 42 * SECOND, LIMITS), "busy", "another way was not asked for yet");
  t.equal(waitReason(flow({ codes: 5 }), email, 9 * MINUTE, LIMITS), "codes-used-up");
  t.equal(waitReason(flow({ challenges: 20 }), email, 9 * MINUTE, LIMITS), "codes-used-up");
  t.equal(waitReason(flow(), email, 23 * 60 * MINUTE, LIMITS), "way-closed");
  t.equal(waitReason(flow(asked), { verify: true }, 42 * SECOND, LIMITS), "tries-used-up");
  t.equal(waitReason(flow(asked), { verify: true }, 5 * MINUTE, LIMITS), "way-closed");
});
