import { renderSVG } from "uqr";
import { faulty } from "../kit/field-faults.ts";
import { LANGUAGES } from "../kit/language.ts";
import { Problem } from "../kit/problem.ts";
import type { ContactType } from "../methods/contact-method.ts";
import { newRecoveryCodes, normalizeRecoveryCode } from "../methods/recovery-code.ts";
import { answerFault, normalizeAnswer, securityQuestions } from "../methods/security-questions.ts";
import { newTotpSecret, totpUri } from "../methods/totp-code.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import type { Origin } from "../resets/origin.ts";
import type { FreshlyProved } from "../sign-in/require-fresh-proof.ts";
import type { Account } from "../users/account.ts";
import { mayAnswerQuestions } from "./method-rules.ts";
import type { Added, NewChallenge, OwnerAct } from "./own-method-store.ts";
import {
  alreadyRegistered,
  conflict,
  countAct,
  countSend,
  newChallenge,
  ownerAct,
  type Person,
  type RegistrationDeps,
  valueReader,
  wayTo,
} from "./owner-act.ts";
import type { SettleSession } from "./settle-session.ts";

export interface Answered {
  readonly questionId: string;
  readonly answer: string;
  /** A JSON pointer to the answer as it was sent, for what is wrong with it; absent: by its place in the list. */
  readonly pointer?: string;
}

/** What somebody wants to register. */
export type NewMethod =
  | { readonly type: ContactType; readonly value: string }
  | { readonly type: "authenticatorApp" }
  | { readonly type: "recoveryCodes" }
  | { readonly type: "securityQuestions"; readonly answers: readonly Answered[] };

/** Secret and codes are answered here, once, and never again. */
export type AddedMethod =
  | { readonly id: string; readonly challengeId: string; readonly expiresAt: number }
  | { readonly id: string; readonly secret: string; readonly uri: string; readonly qrSvg: string }
  | { readonly id: string; readonly codes: readonly string[] }
  | { readonly id: string };

export interface AddMethodDeps extends RegistrationDeps {
  readonly hasher: Pick<PasswordHasher, "hash" | "hashLike">;
  readonly settleSession: SettleSession;
}

/** @throws {Problem} `reauthentication-required`, `conflict` (`too-many-methods`, `already-registered`), `invalid-request`, `forbidden` */
export type AddMethod = (person: Person, wanted: NewMethod, origin: Origin) => Promise<AddedMethod>;

/** Registers one more way to prove who somebody is. Nothing counts before it is verified (security.md J02). */
export function createAddMethod(deps: AddMethodDeps): AddMethod {
  return async (person, wanted, origin) => {
    const proved = await deps.requireFreshProof(person);
    const act = ownerAct(deps, person.id, proved.byMethods, origin);
    switch (wanted.type) {
      case "authenticatorApp":
        return addAuthenticator(deps, act, proved.account);
      case "recoveryCodes":
        return addRecoveryCodes(deps, act, proved);
      case "securityQuestions":
        return addSecurityQuestions(deps, act, proved, wanted.answers);
      default:
        return addContact(deps, act, wanted);
    }
  };
}

async function addContact(deps: AddMethodDeps, act: OwnerAct, { type, value }: { type: ContactType; value: string }): Promise<AddedMethod> {
  if (wayTo(type, deps.deliverable) === null) throw conflict("cannot-be-sent", "No code can be sent to such an address here.");
  await countSend(deps, act.userId);
  const challenge = newChallenge(deps);
  const id = idOf(await deps.store.addContact(act, valueReader(type, value), challenge));
  return { id, challengeId: challenge.id, expiresAt: challenge.expiresAt };
}

async function addAuthenticator(deps: AddMethodDeps, act: OwnerAct, account: Account): Promise<AddedMethod> {
  const secret = newTotpSecret(deps.random);
  const challenge: NewChallenge = newChallenge(deps);
  const uri = totpUri(secret, account.tenant.name, account.userPrincipalName);
  // Before the row is written: what cannot be shown must not be there.
  const qrSvg = renderSVG(uri, { ecc: "M" });
  const id = idOf(await deps.store.addAuthenticator(act, secret, challenge));
  return { id, secret, uri, qrSvg };
}

async function addRecoveryCodes(deps: AddMethodDeps, act: OwnerAct, { session }: FreshlyProved): Promise<AddedMethod> {
  await countAct(deps, `registration-sets:${act.userId}`, deps.limits.registrationSets);
  const codes = newRecoveryCodes(deps.random);
  const [first = "", ...rest] = codes.map(normalizeRecoveryCode);
  const model = await deps.hasher.hash(first);
  // One salt for the set, so that a try costs one hash and not ten; among 80 random bits no two are alike.
  const others = await Promise.all(rest.map((code) => deps.hasher.hashLike(code, model)));
  const id = await deps.store.replaceCodes(act, [model, ...others]);
  await deps.settleSession(session, act.circumstances.now);
  return { id, codes };
}

async function addSecurityQuestions(
  deps: AddMethodDeps,
  act: OwnerAct,
  { account, session }: FreshlyProved,
  answers: readonly Answered[],
): Promise<AddedMethod> {
  judgeAnswers(account, answers);
  await countAct(deps, `registration-sets:${act.userId}`, deps.limits.registrationSets);
  const hashed = await Promise.all(
    answers.map(async ({ questionId, answer }) => ({ questionId, phc: await deps.hasher.hash(normalizeAnswer(answer)) })),
  );
  const id = await deps.store.replaceAnswers(act, hashed);
  await deps.settleSession(session, act.circumstances.now);
  return { id };
}

/** @throws {Problem} `forbidden` where the policy does not take questions of this person, `invalid-request` with every fault */
function judgeAnswers(account: Account, answers: readonly Answered[]): void {
  if (!mayAnswerQuestions(account))
    throw new Problem("forbidden", { extensions: { missing: ["entitlement"], reason: "Security questions are not for this account." } });
  const { toRegister, custom } = account.tenant.policy.securityQuestions;
  const names = [account.givenName, account.surname, account.displayName, account.userPrincipalName].filter((name) => name !== null);
  const faults = answers.flatMap(({ questionId, answer, pointer }, index) => {
    const before = answers.slice(0, index);
    // In no language may the answer stand in the question.
    const questions = LANGUAGES.flatMap((language) => securityQuestions(language, custom)).filter(({ id }) => id === questionId);
    const question = pointer ?? `/answers/${index}/questionId`;
    if (questions.length === 0) return [{ field: question, reason: "there is no such question" }];
    if (before.some((other) => other.questionId === questionId)) return [{ field: question, reason: "is answered twice" }];
    const others = before.map((other) => other.answer);
    const fault = questions.map((each) => answerFault(each, answer, others, names)).find((found) => found !== null);
    return fault === undefined ? [] : [{ field: pointer ?? `/answers/${index}/answer`, reason: fault }];
  });
  if (answers.length !== toRegister) faults.push({ field: "/answers", reason: `${toRegister} questions are to be answered` });
  if (faults.length > 0) throw faulty(faults);
}

function idOf(added: Added): string {
  if (added.outcome === "added") return added.id;
  if (added.outcome === "duplicate") throw alreadyRegistered(added.id);
  throw conflict("too-many-methods", "You have as many of this kind as there may be. Remove one first.");
}
