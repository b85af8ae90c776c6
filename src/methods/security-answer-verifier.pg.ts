import { sql } from "kysely";
import type { Db } from "../database/connect.pg.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { DEFAULT_LANGUAGE } from "../kit/language.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { completePolicy, type TenantPolicy } from "../policy/tenant-policy.ts";
import { NOBODY } from "../users/nobody.ts";
import { type GivenAnswers, MOST_ANSWERS, type SecurityAnswerVerifier } from "./security-answer-verifier.ts";
import { normalizeAnswer, questionsToAsk, securityQuestions } from "./security-questions.ts";

interface Deps {
  readonly db: Db;
  readonly sealer: Sealer;
  readonly hasher: Pick<PasswordHasher, "verify" | "decoy">;
  readonly clock: Clock;
}

interface Row {
  readonly id: string;
  readonly revision: number;
  readonly policy: TenantPolicy;
  readonly answers: Readonly<Record<string, string>>;
}

export function createSecurityAnswerVerifier({ db, sealer, hasher, clock }: Deps): SecurityAnswerVerifier {
  const asked = ({ id, policy, answers }: Row): string[] => {
    const { toReset, custom } = completePolicy(policy).securityQuestions;
    const known = securityQuestions(DEFAULT_LANGUAGE, custom).filter((question) => answers[question.id] !== undefined);
    const ids = known.map((question) => question.id);
    return ids.length < toReset ? [] : questionsToAsk(ids, toReset, (question) => sealer.tag("security question", `${id} ${question}`));
  };
  return {
    async verify(userId, candidates, given) {
      const rows = await readAnswers(db, userId ?? NOBODY);
      const row = rows.find(({ id, revision }) => candidates.some((candidate) => candidate.id === id && candidate.revision === revision));
      const ids = row === undefined ? [] : asked(row);
      const right = await rightAnswers(hasher, ids.length === 0 ? {} : (row?.answers ?? {}), given);
      const passed = row !== undefined && ids.length > 0 && ids.every((id) => right.has(id));
      await noteUse(db, passed ? row.id : NOBODY, clock.now());
      return passed ? { id: row.id, revision: row.revision } : null;
    },
    async questionsOf(userId, methodId, language) {
      const row = (await readAnswers(db, userId)).find(({ id }) => id === methodId);
      if (row === undefined) return [];
      const texts = securityQuestions(language, completePolicy(row.policy).securityQuestions.custom);
      return asked(row).flatMap((id) => texts.find((question) => question.id === id) ?? []);
    },
  };
}

async function readAnswers(db: Db, userId: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select m.id, m.revision, t.policy, json_object_agg(a.question_id, a.phc) as answers
    from authentication_methods m
      join users u on u.id = m.user_id
      join tenants t on t.id = u.tenant_id
      join security_answers a on a.method_id = m.id
    where m.user_id = ${userId} and m.type = 'securityQuestions'
    group by m.id, m.revision, t.policy`.execute(db);
  return rows;
}

/** One hash for each answer given, whether there is one to compare it with or not. */
async function rightAnswers(hasher: Deps["hasher"], stored: Row["answers"], given: GivenAnswers): Promise<Set<string>> {
  const right = new Set<string>();
  for (const [id, typed] of Object.entries(given).slice(0, MOST_ANSWERS)) {
    const phc = Object.hasOwn(stored, id) ? stored[id] : undefined;
    const answer = normalizeAnswer(typed).toWellFormed();
    if (phc === undefined ? await hasher.decoy(answer) : await hasher.verify(answer, phc)) right.add(id);
  }
  return right;
}

async function noteUse(db: Db, methodId: string, now: number): Promise<void> {
  await db
    .updateTable("authentication_methods")
    .set({ last_used_at: new Date(now) })
    .where("id", "=", methodId)
    .execute();
}
