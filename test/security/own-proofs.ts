import { systemRandom } from "../../src/kit/random.ts";
import { newRecoveryCodes, normalizeRecoveryCode } from "../../src/methods/recovery-code.ts";
import { normalizeAnswer, securityQuestions } from "../../src/methods/security-questions.ts";
import { createPasswordHasher } from "../../src/passwords/password-hasher.ts";
import type { StartedProduct } from "../journeys/product.ts";
import { giveMethod, userId } from "./another-person.ts";

const hasher = createPasswordHasher({ random: systemRandom, concurrency: 1 });

/** Gives a person two saved codes, as registration writes them: one salt for the set. */
export async function giveRecoveryCodes(run: StartedProduct, userPrincipalName: string): Promise<readonly string[]> {
  const methodId = await giveMethod(run, await userId(run, userPrincipalName), "recoveryCodes", "none");
  const codes = newRecoveryCodes(systemRandom).slice(0, 2);
  const first = await hasher.hash(normalizeRecoveryCode(codes[0] ?? ""));
  const second = await hasher.hashLike(normalizeRecoveryCode(codes[1] ?? ""), first);
  for (const hash of [first, second])
    await run.connection.pool.query("insert into recovery_codes (method_id, hash) values ($1, $2)", [methodId, hash]);
  return codes;
}

/** Gives a person answers to the first five questions: "Answer 1" to "Answer 5". */
export async function giveAnswers(run: StartedProduct, userPrincipalName: string): Promise<(questionId: string) => string> {
  const methodId = await giveMethod(run, await userId(run, userPrincipalName), "securityQuestions", "none");
  const ids = securityQuestions("en", [])
    .slice(0, 5)
    .map(({ id }) => id);
  const answerTo = (id: string) => `Answer ${ids.indexOf(id) + 1}`;
  for (const id of ids) {
    const phc = await hasher.hash(normalizeAnswer(answerTo(id)));
    await run.connection.pool.query("insert into security_answers (method_id, question_id, phc) values ($1, $2, $3)", [methodId, id, phc]);
  }
  return answerTo;
}
