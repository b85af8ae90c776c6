import { sql, type Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Db } from "../database/connect.pg.ts";
import { PREPARED } from "../database/prepared.pg.ts";
import type { Database } from "../database/schema.ts";
import { DAY } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { clearValuesOnTheirWay } from "../methods/values-on-their-way.pg.ts";
import { writePassword } from "../passwords/password-store.pg.ts";
import { voidLinks } from "../passwords/void-links.pg.ts";
import { createAccountStore } from "../users/account-store.pg.ts";
import { rememberSource } from "../users/familiar-sources.pg.ts";
import type { CommitInput, CommitReset, CommitResult } from "./reset-commit.ts";

/** How long "this was not me" can be said. */
const OBJECTION_MS = 30 * DAY;

/** Thrown to roll back; never leaves this file. */
class Refused extends Error {
  readonly outcome: "spent" | "closed";

  constructor(outcome: "spent" | "closed") {
    super(outcome);
    this.outcome = outcome;
  }
}

export function createCommitReset({ db, random }: { db: Db; random: Random }): CommitReset {
  return async (input) => {
    try {
      return await db.transaction().execute((trx) => commit(trx, input, random));
    } catch (error) {
      if (error instanceof Refused) return { outcome: error.outcome };
      throw error;
    }
  };
}

async function commit(trx: Transaction<Database>, input: CommitInput, random: Random): Promise<CommitResult> {
  const { flow, userId, now } = input;
  // Whoever grants a role, disables the person or changes the policy takes the same rows: the judgement below is the last word. Before the
  // claim, whose foreign key holds the person's row in a way that two commits of one person would each wait for the other.
  await sql`${PREPARED}select 1 from users u join tenants t on t.id = u.tenant_id where u.id = ${userId} for update of u for share of t`.execute(
    trx,
  );
  // The claim in PostgreSQL is the first effect: the second commit of one flow finds it.
  const claimed = await trx
    .insertInto("completed_resets")
    .values({ flow_id: flow.id, token_hash: flow.tokenHash, tenant_id: flow.tenantId ?? "", user_id: userId, completed_at: new Date(now) })
    .onConflict((oc) => oc.column("flow_id").doNothing())
    .executeTakeFirst();
  if (claimed.numInsertedOrUpdatedRows === 0n) throw new Refused("spent");
  const account = await createAccountStore(trx).findById(userId, input.sourceTag);
  if (account === null) throw new Refused("closed");
  // The state store voids the other resets of a person when one completes; this holds also when it forgot, or two complete at once.
  if (account.credentialVersion !== flow.credentialVersion) throw new Refused("spent");
  if (!input.stillOpen(account)) throw new Refused("closed");
  const credentialVersion = await writePassword(trx, { userId, phc: input.phc, now });
  await voidLinks(trx, userId, now);
  await clearValuesOnTheirWay(trx, userId);
  await rememberSource(trx, userId, input.sourceTag, now);
  await record(trx, input, account.tenant.id, credentialVersion, random);
  return { outcome: "committed", credentialVersion };
}

async function record(
  trx: Transaction<Database>,
  { flow, userId, now }: CommitInput,
  tenantId: string,
  version: number,
  random: Random,
): Promise<void> {
  const linkId = newId(random);
  await trx
    .insertInto("one_time_links")
    .values({
      id: linkId,
      purpose: "not-me",
      tenant_id: tenantId,
      user_id: userId,
      flow_id: flow.id,
      created_at: new Date(now),
      expires_at: new Date(now + OBJECTION_MS),
      used_at: null,
    })
    .execute();
  await writeAuditEvents(trx, [
    {
      id: newId(random),
      at: now,
      tenantId,
      type: "reset.complete",
      outcome: "success",
      actor: { kind: "user", id: userId },
      userId,
      flowId: flow.id,
      supportCode: flow.supportCode,
      details: { gates: Object.keys(flow.proofs) },
    },
  ]);
  const queue = createMessageQueue(trx);
  await queue.enqueue({ task: "send-notice", notice: "password-changed", userId, flowId: flow.id, linkId, origin: flow.origin });
  await queue.enqueue({ task: "raise-credential-version", userId, version });
}
