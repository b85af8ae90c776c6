import type { Sealer } from "../keys/sealer.ts";
import { Problem } from "../kit/problem.ts";
import type { Random } from "../kit/random.ts";
import { maskEmailAddress } from "../methods/email-address.ts";
import type { JudgeNewPassword } from "../passwords/judge-new-password.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import type { TenantStore } from "../tenants/tenant-store.ts";
import type { Limits } from "../throttle/limits.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import type { ContactStore } from "../users/contacts.ts";
import { judgeReach, type OutOfReach, outOfReach } from "../users/reach.ts";
import { type UserRecords, userAddress } from "../users/user-record.ts";
import type { Act } from "../users/user-writer.ts";
import type { AdministratorReset, AdministratorResetWritten } from "./administrator-reset.ts";
import type { FeelReset } from "./feel-reset.ts";
import { generatePassword } from "./generated-password.ts";
import { chooseDestinations, countDestinations, type Destinations } from "./link-destinations.ts";
import { linkEnd, passwordEnd, sealLinkAddress } from "./reset-terms.ts";
import { type ResetWish, readWish, type Wish } from "./reset-wish.ts";
import type { AskSecondPerson } from "./two-person-rule.ts";
import { openWaitingWish, sealWish } from "./waiting-wish.ts";

/** A reset ready to be written, but for whom it is about, who does it, and when. */
export type PreparedReset = Omit<AdministratorReset, "tenantId" | "userId" | "actor" | "now">;

export type ResetCommitted =
  | { readonly outcome: "committed"; readonly written: AdministratorResetWritten }
  | { readonly outcome: "unknown" }
  | { readonly outcome: "out-of-reach"; readonly beyond: OutOfReach }
  /** The person became a Global Administrator meanwhile, or was one until now, and nobody was asked. */
  | { readonly outcome: "second-person-needed" };

/** One transaction. @param asked whether a second person was asked, so that a Global Administrator may be reset */
export type CommitAdministratorReset = (act: Act, userId: string, reset: PreparedReset, asked: boolean) => Promise<ResetCommitted>;

export interface ResetForSomebodyDeps {
  readonly tenants: TenantStore;
  readonly users: UserRecords;
  readonly contacts: ContactStore;
  readonly judgeNewPassword: JudgeNewPassword;
  readonly hasher: Pick<PasswordHasher, "hash">;
  readonly askSecondPerson: AskSecondPerson;
  /** Whether the role was taken from somebody a short while ago. */
  readonly wasGlobalAdministratorLately: (tenantId: string, userId: string, now: number) => Promise<boolean>;
  readonly commit: CommitAdministratorReset;
  readonly feelReset: FeelReset;
  readonly throttle: ThrottleStore;
  readonly limits: Limits;
  readonly sealer: Sealer;
  readonly random: Random;
}

export type ResetOutcome =
  /** `temporaryPassword`: one that was made here. `expiresAt`: of the password, or of the link alone; milliseconds, `null`: never. */
  | { readonly outcome: "reset"; readonly temporaryPassword?: string; readonly expiresAt: number | null }
  | { readonly outcome: "waiting"; readonly approvalId: string };

export interface ResetForSomebody {
  /** As an administrator asks for it. @param id an id, or a user principal name */
  ask(act: Act, id: string, wish: ResetWish): Promise<ResetOutcome>;
  /** What a second person has agreed to. @param body of the `WeightyAct`, as `ask` gave it */
  carryOut(act: Act, userId: string, body: Readonly<Record<string, unknown>>): Promise<Extract<ResetOutcome, { outcome: "reset" }>>;
}

/**
 * A new password, or a link to set one, for somebody else. What can be refused is refused before anybody is asked and before anything changes;
 * reach is judged once more under the lock of the person's row.
 * @throws {Problem} `not-found`, `forbidden`, `directory-unavailable`, `invalid-request`, `password-rejected`, `no-mail-address`, `too-many-attempts`
 */
export function createResetForSomebody(deps: ResetForSomebodyDeps): ResetForSomebody {
  return {
    async ask(act, id, written) {
      const account = await reachable(deps, act, id);
      const wish = readWish(written, account.tenant.policy);
      const destinations = await prepare(deps, act, account, wish);
      await countDestinations(deps, act, destinations);
      const weighty =
        account.roles.includes("globalAdministrator") || (await deps.wasGlobalAdministratorLately(act.tenantId, account.id, act.now));
      if (!weighty) return carry(deps, act, account, wish, destinations, { asked: false, alone: false });
      const body = sealWish(deps.sealer, account.id, written);
      const clearance = await deps.askSecondPerson(act, { kind: "reset-administrator", userId: account.id, body });
      if (clearance.outcome === "waiting") return clearance;
      return carry(deps, act, account, wish, destinations, { asked: true, alone: clearance.alone });
    },
    async carryOut(act, userId, body) {
      const account = await reachable(deps, act, userId);
      const wish = readWish(openWaitingWish(deps.sealer, userId, body), account.tenant.policy);
      const destinations = await prepare(deps, act, account, wish);
      return carry(deps, act, account, wish, destinations, { asked: true, alone: false });
    },
  };
}

async function reachable({ tenants, users }: ResetForSomebodyDeps, act: Act, id: string): Promise<Account> {
  const { facts } = await tenants.read(act.tenantId);
  const record = await users.find(facts, userAddress(id));
  if (record === null) throw new Problem("not-found");
  const { account } = record;
  const beyond = judgeReach(act, account, "reset");
  if (beyond !== null) throw outOfReach(beyond);
  // Writing to a directory comes with the directories.
  if (account.directoryId !== null) throw new Problem("directory-unavailable");
  return account;
}

/** Where the link goes, and whether the password will do. */
async function prepare(deps: ResetForSomebodyDeps, act: Act, account: Account, wish: Wish): Promise<Destinations> {
  const destinations = await chooseDestinations(deps, act, account, wish);
  if (wish.password === undefined) return destinations;
  const verdict = await deps.judgeNewPassword(account, wish.password);
  if (verdict.ok) return destinations;
  throw new Problem("password-rejected", { extensions: { reasons: verdict.reasons, guidance: verdict.strength.guidance } });
}

async function carry(
  deps: ResetForSomebodyDeps,
  act: Act,
  account: Account,
  wish: Wish,
  destinations: Destinations,
  { asked, alone }: { asked: boolean; alone: boolean },
): Promise<Extract<ResetOutcome, { outcome: "reset" }>> {
  const made = wish.mode === "link" || wish.password !== undefined ? null : generatePassword(deps.random, account);
  const secret = wish.password ?? made;
  const phc = secret === null ? null : await deps.hasher.hash(secret);
  const prepared = terms(deps, act, account.id, wish, phc, destinations);
  const details = {
    ...prepared.details,
    mode: wish.mode,
    ...(secret === null ? {} : { generated: made !== null }),
    ...(alone ? { alone } : {}),
  };
  const committed = await deps.commit(act, account.id, { ...prepared, details }, asked);
  if (committed.outcome === "unknown") throw new Problem("not-found");
  if (committed.outcome === "out-of-reach") throw outOfReach(committed.beyond);
  if (committed.outcome === "second-person-needed")
    throw new Problem("conflict", { detail: "The person has just become a Global Administrator, or just ceased to be one. Ask again." });
  await deps.feelReset(account.id, committed.written);
  const { password, link } = prepared;
  const expiresAt = password === null ? (link?.expiresAt ?? null) : password.expiresAt;
  return { outcome: "reset", ...(made === null ? {} : { temporaryPassword: made }), expiresAt };
}

function terms(
  { sealer }: ResetForSomebodyDeps,
  { now }: Act,
  userId: string,
  { mustChange, lifetimeHours }: Wish,
  phc: string | null,
  destinations: Destinations,
): PreparedReset {
  const password = phc === null ? null : { phc, temporary: mustChange, expiresAt: mustChange ? passwordEnd(now, lifetimeHours) : null };
  const expiresAt = linkEnd(now, lifetimeHours);
  if (destinations.kind === "none") return { password, link: null, tellAdministrators: true };
  if (destinations.kind === "stored") return { password, link: { sendTo: "stored", expiresAt }, tellAdministrators: true };
  const { address, stored } = destinations;
  return {
    password,
    link: { sendTo: { sealedAddress: sealLinkAddress(sealer, userId, address) }, expiresAt },
    tellAdministrators: true,
    details: { emailTo: maskEmailAddress(address), emailToStored: stored },
  };
}
