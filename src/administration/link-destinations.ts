import type { Sealer } from "../keys/sealer.ts";
import { faulty } from "../kit/field-faults.ts";
import { Problem, tooManyAttempts } from "../kit/problem.ts";
import { parseEmailAddress } from "../methods/email-address.ts";
import { judge } from "../throttle/counter.ts";
import type { Limit, Limits } from "../throttle/limits.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { Account } from "../users/account.ts";
import type { ContactStore, Contacts } from "../users/contacts.ts";
import type { Act } from "../users/user-writer.ts";
import type { Wish } from "./reset-wish.ts";

/** Where the link goes. `named`: to the one address that the administrator named; `stored`: whether it is one of the person's. */
export type Destinations =
  | { readonly kind: "none" }
  | { readonly kind: "stored"; readonly addresses: readonly string[] }
  | { readonly kind: "named"; readonly address: string; readonly stored: boolean };

interface Deps {
  readonly contacts: ContactStore;
  readonly throttle: ThrottleStore;
  readonly limits: Limits;
  readonly sealer: Sealer;
}

/**
 * A stored address gets the link as it is stored, not as it was typed. One that is not stored counts against the caller also when it is refused: the answer
 * tells whether somebody has it.
 */
export async function chooseDestinations(deps: Deps, act: Act, account: Account, { mode, emailTo }: Wish): Promise<Destinations> {
  if (emailTo === undefined && mode !== "link") return { kind: "none" };
  const emails = linkAddresses(account, await deps.contacts.contactsOf(account.id, account.mail), act.now);
  if (emailTo === undefined) {
    if (emails.length === 0) throw new Problem("no-mail-address");
    return { kind: "stored", addresses: emails };
  }
  const parsed = parseEmailAddress(emailTo.trim());
  if (!parsed.ok) throw faulty([{ field: "/emailTo", reason: "This is not one email address." }]);
  const stored = emails.find((email) => sameMailbox(email, parsed.address));
  if (stored !== undefined) return { kind: "named", address: stored, stored: true };
  await count(deps, `links:unstored:${callerOf(act)}`, deps.limits.linksToUnstored, act.now);
  if (account.tenant.policy.temporaryPassword.emailTo === "any") return { kind: "named", address: parsed.address, stored: false };
  const reason = "This is no address of the person, and your organisation lets links go to those alone.";
  throw new Problem("forbidden", { extensions: { missing: ["target"], reason } });
}

/**
 * The mail addresses that a link may go to: those by which the person could reset alone, and the primary mailbox. One that waits was registered a
 * moment ago, maybe by a thief who now calls the help desk.
 */
export function linkAddresses(
  { methods, mail }: Pick<Account, "methods" | "mail">,
  contacts: Pick<Contacts, "all">,
  now: number,
): string[] {
  const counts = ({ usableFrom }: { usableFrom: number | null }) => usableFrom === null || usableFrom <= now;
  const usable = new Set(methods.filter(counts).map(({ id }) => id));
  const emails = contacts.all.filter(({ type, methodId }) => type === "email" && usable.has(methodId)).map(({ value }) => value);
  return [...new Set([...emails, ...(mail === null ? [] : [mail])])];
}

/** Every address counts for itself, so that nobody is flooded by one administrator after the other. */
export async function countDestinations({ throttle, limits, sealer }: Deps, { now }: Act, destinations: Destinations): Promise<void> {
  if (destinations.kind === "none") return;
  const addresses = destinations.kind === "stored" ? destinations.addresses : [destinations.address];
  for (const address of addresses) {
    const key = `sends:reset-link:${sealer.tag("destination", address.toLowerCase())}`;
    await count({ throttle }, key, limits.sendsToDestination, now);
  }
}

async function count({ throttle }: Pick<Deps, "throttle">, key: string, limits: readonly Limit[], now: number): Promise<void> {
  const verdict = judge(await throttle.take(key, limits, now), limits, now);
  if (verdict.over) throw tooManyAttempts(verdict.retryAt - now);
}

/** No two people have mailboxes that differ by case alone, and administrators type what they are told. */
function sameMailbox(stored: string, typed: string): boolean {
  return stored.normalize("NFC").toLowerCase() === typed.toLowerCase();
}

function callerOf({ actor }: Act): string {
  return "id" in actor ? actor.id : actor.kind;
}
