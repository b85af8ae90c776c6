import { DAY } from "../kit/clock.ts";
import { chooseLanguage } from "../kit/language.ts";
import { Problem } from "../kit/problem.ts";
import { type SecurityQuestion, securityQuestions } from "../methods/security-questions.ts";
import type { Origin } from "../resets/origin.ts";
import { judgeFreshness } from "../sign-in/fresh-proof.ts";
import type { Interrupt, InterruptsOf } from "../sign-in/interrupts.ts";
import { provableMethods } from "../sign-in/provable-methods.ts";
import { FRESH_MS, provedBy } from "../sign-in/session.ts";
import type { Account } from "../users/account.ts";
import type { AccountStore } from "../users/account-store.ts";
import { mayAnswerQuestions, registrationOf } from "./method-rules.ts";
import type { OwnMethod } from "./own-method-store.ts";
import { ownerAct, type Person, type RegistrationDeps } from "./owner-act.ts";
import type { SettleSession } from "./settle-session.ts";

export interface SecurityInfoDeps extends RegistrationDeps {
  readonly accounts: AccountStore;
  readonly interruptsOf: InterruptsOf;
  readonly settleSession: SettleSession;
}

export interface SecurityInfo {
  /** As much as a reset asks of this person, whether it must still wait or not. */
  readonly registered: boolean;
  /** How many kinds of methods that is. */
  readonly required: 1 | 2;
  readonly methods: readonly OwnMethod[];
  /** When the person will be asked whether it is still right; `null`: never. Milliseconds. */
  readonly confirmBy: number | null;
  readonly interrupts: readonly Interrupt[];
}

export type ReadSecurityInfo = (person: Person) => Promise<SecurityInfo>;

/** What a person has registered: masked, and in full for whoever proved lately enough who they are. */
export function createReadSecurityInfo(deps: SecurityInfoDeps): ReadSecurityInfo {
  return async (person) => {
    const circumstances = { now: deps.clock.now(), deliverable: deps.deliverable };
    const account = await accountOf(deps, person);
    const fresh = person.session !== null && judgeFreshness(account, person.session, circumstances).fresh;
    const [{ methods, lookedAfterAt }, { interrupts }] = await Promise.all([
      deps.store.list(person.id, fresh),
      deps.interruptsOf(person.id, circumstances.now),
    ]);
    const { registered, required } = registrationOf(account, circumstances);
    const { reconfirmDays } = account.tenant.policy.registration;
    const confirmBy = reconfirmDays === 0 || methods.length === 0 ? null : lookedAfterAt + reconfirmDays * DAY;
    return { registered, required, methods, confirmBy, interrupts };
  };
}

export type ConfirmSecurityInfo = (person: Person, origin: Origin) => Promise<void>;

/**
 * "All of this is still right." The session is enough, since nothing changes. Fresh proofs of two different kinds in it also end a freeze that a
 * "this was not me" brought, if both methods are older than what was disputed: whoever reads one old mailbox cannot give them.
 */
export function createConfirmSecurityInfo(deps: SecurityInfoDeps): ConfirmSecurityInfo {
  return async (person, origin) => {
    const account = await accountOf(deps, person);
    const act = ownerAct(deps, person.id, [], origin);
    const { session } = person;
    const { circumstances } = act;
    const fresh = session !== null && judgeFreshness(account, session, circumstances).fresh;
    const provable = provableMethods(account, circumstances);
    const proved = (session?.proofs ?? []).filter(
      (proof) => circumstances.now - proof.at <= FRESH_MS && provable.some((method) => provedBy(proof, method)),
    );
    const byMethods = proved.flatMap(({ methodId }) => methodId ?? []);
    await deps.store.confirm({ ...act, byMethods }, fresh);
    await deps.settleSession(session, circumstances.now);
  };
}

/** The questions that the person may answer, and how many to register. None where they are not for this person. */
export type ListQuestions = (
  person: Person,
  language: string,
) => Promise<{ readonly toRegister: number; readonly questions: readonly SecurityQuestion[] }>;

export function createListQuestions(deps: Pick<SecurityInfoDeps, "accounts">): ListQuestions {
  return async (person, language) => {
    const account = await accountOf(deps, person);
    const { toRegister, custom } = account.tenant.policy.securityQuestions;
    if (!mayAnswerQuestions(account)) return { toRegister: 0, questions: [] };
    return { toRegister, questions: securityQuestions(chooseLanguage(language), custom) };
  };
}

async function accountOf({ accounts }: Pick<SecurityInfoDeps, "accounts">, { id }: Person): Promise<Account> {
  const account = await accounts.findById(id, "");
  if (account === null) throw new Problem("unauthenticated");
  return account;
}
