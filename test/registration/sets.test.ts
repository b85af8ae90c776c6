import t from "tap";
import { createSealer } from "../../src/keys/sealer.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { createRecoveryCodeVerifier } from "../../src/methods/recovery-code-verifier.pg.ts";
import { createSecurityAnswerVerifier } from "../../src/methods/security-answer-verifier.pg.ts";
import { createPasswordHasher } from "../../src/passwords/password-hasher.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { userId } from "../security/another-person.ts";
import { message, methodsOf, setPolicy, signedIn } from "./signed-in.ts";

const HENRIK = "henrik.dahl@contoso.example";
const EMAIL = "henrik.dahl@private.example";
const WITH_QUESTIONS = { methods: ["email", "sms", "recoveryCode", "securityQuestions"] };
const ANSWERS = [
  { questionId: "first-pet", answer: "Mjau Mjausson" },
  { questionId: "first-car", answer: "  Saab 900.  " },
  { questionId: "first-boss", answer: "Gunvor" },
  { questionId: "learned-to-swim", answer: "In the lake" },
  { questionId: "first-concert", answer: "Ｅｂｂａ Ｇｒön" },
];

function verifiers(run: StartedProduct) {
  const hasher = createPasswordHasher({ random: systemRandom, concurrency: 2 });
  const shared = { db: run.connection.db, sealer: createSealer(run.keyring), hasher, clock: run.clock, random: systemRandom };
  return { codes: createRecoveryCodeVerifier(shared), answers: createSecurityAnswerVerifier(shared) };
}

t.test("recovery codes: ten, shown once, each good for once, and a new set ends the old one", async (t) => {
  const run = await startProduct(t);
  const henrik = await signedIn(run, "henrik");
  await henrik.prove("email", EMAIL);
  const { status, json } = await henrik.call("POST", "/v1/me/methods", { type: "recoveryCodes" });
  t.equal(status, 201);
  t.equal(new Set(json.codes).size, 10);
  for (const code of json.codes) t.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
  const { codes } = verifiers(run);
  const id = await userId(run, HENRIK);
  const candidate = { id: json.id, revision: 1 };
  const [first, second] = json.codes;
  t.equal(await codes.verify(id, [candidate], "AAAA-BBBB-CCCC-DDDD"), null);
  t.equal(await codes.verify(id, [{ id: json.id, revision: 2 }], first), null, "of another revision");
  t.equal(await codes.verify(null, [candidate], first), null, "of nobody");
  const at = await Promise.all([1, 2, 3, 4].map(() => codes.verify(id, [candidate], first.toLowerCase().replaceAll("-", " "))));
  t.strictSame(
    at.filter((each) => each !== null),
    [candidate],
    "of four at once one succeeds",
  );
  t.equal(await codes.verify(id, [candidate], first), null, "used");
  await message(run, ({ to, text }) => to === EMAIL && /9 are left/.test(text));
  t.equal((await methodsOf(henrik)).find(({ type }) => type === "recoveryCodes")?.hint, "9/10");

  const next = (await henrik.call("POST", "/v1/me/methods", { type: "recoveryCodes" })).json;
  t.equal(await codes.verify(id, [candidate, { id: next.id, revision: 1 }], second), null, "a code of the old set");
  t.strictSame(await codes.verify(id, [{ id: next.id, revision: 1 }], next.codes[9]), { id: next.id, revision: 1 });
});

t.test("security questions: for whom the policy names them, and never for administrators", async (t) => {
  const run = await startProduct(t);
  const henrik = await signedIn(run, "henrik");
  await henrik.prove("email", EMAIL);
  const wanted = { type: "securityQuestions", answers: ANSWERS };
  t.strictSame((await henrik.call("GET", "/v1/me/security-questions")).json, { toRegister: 0, questions: [] });
  t.equal((await henrik.call("POST", "/v1/me/methods", wanted)).status, 403, "off by default");
  await setPolicy(run, { ...WITH_QUESTIONS, securityQuestions: { toRegister: 5, toReset: 3, custom: ["Which desk is yours?"] } });
  const { json } = await henrik.call("GET", "/v1/me/security-questions?lang=sv");
  t.equal(json.toRegister, 5);
  t.equal(json.questions.length, 36);
  t.match(json.questions.at(-1), { id: /^own-/, text: "Which desk is yours?" });
  t.match(json.questions.find(({ id }: { id: string }) => id === "first-pet").text, /husdjur/);

  for (const [index, answer, reason] of [
    [0, "no", "too-short"],
    [0, "PET", "word-of-the-question"],
    [0, "husdjur", "word-of-the-question"],
    [0, "Henrik", "your-name"],
    [1, "mjau  MJAUSSON!", "same-as-another"],
  ] as const) {
    const answers = ANSWERS.map((each, place) => (place === index ? { ...each, answer } : each));
    const refused = await henrik.call("POST", "/v1/me/methods", { ...wanted, answers });
    t.strictSame([refused.status, refused.json.errors], [400, [{ field: `/answers/${index}/answer`, reason }]], answer);
  }
  t.equal((await henrik.call("POST", "/v1/me/methods", { ...wanted, answers: ANSWERS.slice(1) })).status, 400, "too few");
  const byQuestion = Object.fromEntries(ANSWERS.map(({ questionId, answer }) => [questionId, answer]));
  const faulty = await henrik.call("POST", "/v1/me/methods", { ...wanted, answers: { ...byQuestion, "first-pet": "no" } });
  t.strictSame([faulty.status, faulty.json.errors], [400, [{ field: "/answers/first-pet", reason: "too-short" }]]);
  for (const answers of [{}, { ...byQuestion, more: "and more" }, { ...byQuestion, "first-pet": 1 }])
    t.equal((await henrik.call("POST", "/v1/me/methods", { ...wanted, answers })).status, 400);
  t.equal((await henrik.call("POST", "/v1/me/methods", { ...wanted, answers: byQuestion })).status, 201, "answers by question");
  const made = await henrik.call("POST", "/v1/me/methods", wanted);
  t.equal(made.status, 201);

  const id = await userId(run, HENRIK);
  const candidate = { id: made.json.id, revision: 1 };
  const { answers } = verifiers(run);
  const asked = await answers.questionsOf(id, made.json.id, "sv");
  t.equal(asked.length, 3);
  t.strictSame(await answers.questionsOf(id, made.json.id, "sv"), asked, "asked again, the same ones");
  const right = Object.fromEntries(
    asked.map((question) => [question.id, ` ${ANSWERS.find(({ questionId }) => questionId === question.id)?.answer.toUpperCase()} `]),
  );
  t.strictSame(await answers.verify(id, [candidate], right), candidate);
  t.equal(await answers.verify(id, [candidate], { ...right, [asked[0]?.id ?? ""]: "wrong" }), null);
  const others = ANSWERS.filter(({ questionId }) => !asked.some((question) => question.id === questionId));
  const two = Object.entries(right).slice(0, 2);
  t.equal(
    await answers.verify(id, [candidate], Object.fromEntries([...two, ...others.map(({ questionId, answer }) => [questionId, answer])])),
    null,
    "right answers to what was not asked",
  );
  t.equal(await answers.verify(null, [candidate], right), null);
  t.equal(await answers.verify(id, [], right), null);

  const ylva = await signedIn(run, "ylva");
  await ylva.prove("sms", run.person("ylva").contacts[1]?.value ?? "");
  t.equal((await ylva.call("POST", "/v1/me/methods", wanted)).status, 403, "an administrator");
});
