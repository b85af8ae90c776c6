import type { Transaction } from "kysely";
import { writeAuditEvents } from "../audit/audit-log.pg.ts";
import type { Database } from "../database/schema.ts";
import { DAY } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import { createMessageQueue } from "../messages/message-queue.pg.ts";
import { clearValuesOnTheirWay } from "../methods/values-on-their-way.pg.ts";
import { raiseCredentialVersion, writePassword } from "../passwords/password-store.pg.ts";
import { noteReplaced, noteTemporaryPassword } from "../passwords/temporary-passwords.pg.ts";
import { voidLinks } from "../passwords/void-links.pg.ts";
import type { AdministratorReset, AdministratorResetWritten } from "./administrator-reset.ts";
import { SET_PASSWORD_LINK } from "./reset-terms.ts";

/** How long "this was not me" can be said: as long as of a reset by the person. */
const OBJECTION_MS = 30 * DAY;

type Trx = Transaction<Database>;

export type { AdministratorReset, AdministratorResetWritten } from "./administrator-reset.ts";

/**
 * All that must be true for ever about a reset for somebody else: password, links, event, jobs. To be called in a transaction that holds the
 * person's row (`lockPerson` with "reset"). After the commit the caller raises the version in the state store and clears the lockout
 * (`createFeelReset`); a job repeats the former.
 */
export async function writeAdministratorReset(
  trx: Trx,
  { random }: { readonly random: Random },
  reset: AdministratorReset,
): Promise<AdministratorResetWritten> {
  const { userId, now, link } = reset;
  const resetId = newId(random);
  await voidLinks(trx, userId, now);
  await clearValuesOnTheirWay(trx, userId);
  const credentialVersion = await setPassword(trx, reset);
  const linkId = link === null ? null : newId(random);
  await noteTemporary(trx, reset, resetId, linkId);
  const objectionId = newId(random);
  if (link !== null && linkId !== null) await writeLink(trx, reset, { id: linkId, purpose: SET_PASSWORD_LINK, expiresAt: link.expiresAt });
  await writeLink(trx, reset, { id: objectionId, purpose: "not-me", expiresAt: now + OBJECTION_MS });
  await record(trx, reset, resetId, random);
  await enqueue(trx, reset, { linkId, objectionId, credentialVersion });
  const { upn_key: upnKey } = await trx.selectFrom("users").select("upn_key").where("id", "=", userId).executeTakeFirstOrThrow();
  return { credentialVersion, linkId, upnKey };
}

async function setPassword(trx: Trx, { userId, now, password }: AdministratorReset): Promise<number> {
  if (password !== null) {
    const { phc, temporary, expiresAt } = password;
    const end = temporary && expiresAt !== null ? new Date(expiresAt) : null;
    return writePassword(trx, { userId, phc, now, mustChange: temporary, temporary, expiresAt: end });
  }
  await noteReplaced(trx, userId, now);
  await trx.updateTable("passwords").set({ suspended: true }).where("user_id", "=", userId).execute();
  return raiseCredentialVersion(trx, userId, now);
}

/** A lasting password that was handed over has nothing to follow up. */
async function noteTemporary(trx: Trx, reset: AdministratorReset, id: string, linkId: string | null): Promise<void> {
  const { tenantId, userId, now, actor, password, link } = reset;
  if (linkId === null && password?.temporary !== true) return;
  const expiresAt = password?.temporary === true ? password.expiresAt : (link?.expiresAt ?? null);
  await noteTemporaryPassword(trx, { id, tenantId, userId, now, createdBy: actor, expiresAt, linkId });
}

interface NewLink {
  readonly id: string;
  readonly purpose: string;
  readonly expiresAt: number;
}

/** Of the objection `created_at` is the very time at which the password was set: by that it knows later whether that one is still in force. */
async function writeLink(trx: Trx, { tenantId, userId, now }: AdministratorReset, { id, purpose, expiresAt }: NewLink): Promise<void> {
  const times = { created_at: new Date(now), expires_at: new Date(expiresAt), used_at: null };
  await trx
    .insertInto("one_time_links")
    .values({ id, purpose, tenant_id: tenantId, user_id: userId, flow_id: null, ...times })
    .execute();
}

async function record(trx: Trx, reset: AdministratorReset, resetId: string, random: Random): Promise<void> {
  const { tenantId, userId, actor, now, password, link, jobId } = reset;
  const end = password === null ? (link?.expiresAt ?? null) : password.temporary ? password.expiresAt : null;
  const details = {
    password: password === null ? "none" : password.temporary ? "temporary" : "lasting",
    link: link === null ? "none" : link.sendTo === "stored" ? "stored" : "named",
    expiresAt: end === null ? null : new Date(end).toISOString(),
    ...(jobId === undefined ? {} : { jobId }),
    ...reset.details,
  };
  const type = "password.reset-by-administrator";
  await writeAuditEvents(trx, [
    { id: newId(random), at: now, tenantId, type, outcome: "success", actor, userId, flowId: resetId, details },
  ]);
}

interface Ids {
  readonly linkId: string | null;
  readonly objectionId: string;
  readonly credentialVersion: number;
}

async function enqueue(trx: Trx, reset: AdministratorReset, { linkId, objectionId, credentialVersion }: Ids): Promise<void> {
  const { tenantId, userId, actor, now: at, password, link } = reset;
  const queue = createMessageQueue(trx);
  await queue.enqueue({ task: "raise-credential-version", userId, version: credentialVersion });
  if (link !== null && linkId !== null) {
    const to = link.sendTo === "stored" ? {} : { to: link.sendTo.sealedAddress };
    await queue.enqueue({ task: "send-reset-link", userId, linkId, expiresAt: link.expiresAt, at, ...to });
  }
  const given = password === null ? "link" : link === null ? "password" : "both";
  await queue.enqueue({ task: "send-reset-by-administrator-notice", userId, linkId: objectionId, given, at });
  if (reset.tellAdministrators)
    await queue.enqueue({ task: "send-administrators-notice", tenantId, notice: "password-reset", userId, actor, at, details: {} });
}
