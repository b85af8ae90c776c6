import type { Sealer } from "../keys/sealer.ts";
import { HOUR } from "../kit/clock.ts";

/** The purpose of the link by which a person sets the new password. */
export const SET_PASSWORD_LINK = "set-password";

/** A link in a mailbox is worth less than a password that was read out: it ends by then, whatever the password does. */
export const LONGEST_LINK_HOURS = 72;

/** @param hours 0: never. @returns milliseconds, `null` for never */
export function passwordEnd(now: number, hours: number): number | null {
  return hours === 0 ? null : now + hours * HOUR;
}

/** When a link ends whose password lasts so many hours; 0: for ever. Milliseconds. */
export function linkEnd(now: number, hours: number): number {
  return now + (hours === 0 ? LONGEST_LINK_HOURS : Math.min(hours, LONGEST_LINK_HOURS)) * HOUR;
}

/** The address a link goes to, for the queue: sealed to the person, since it may be a stranger's business where mail goes. Base64. */
export function sealLinkAddress(sealer: Sealer, userId: string, address: string): string {
  return sealer.seal(placeOf(userId), address).toString("base64");
}

export function openLinkAddress(sealer: Sealer, userId: string, sealed: string): string {
  return sealer.unseal(placeOf(userId), Buffer.from(sealed, "base64"));
}

const placeOf = (userId: string) => `reset-link/${userId}`;
