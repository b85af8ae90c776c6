import { DAY } from "../kit/clock.ts";

/** What a password's age is judged by. Times in milliseconds. */
interface AgingPassword {
  readonly neverExpires: boolean;
  readonly changedAt: number;
}

/**
 * When a password must be changed for its age, in milliseconds; `null`: never. Off by default, since NIST SP 800-63B-4 §3.1.1.2 advises
 * against it; some organisations are bound to it.
 * @param lifetimeDays of the policy; 0: passwords do not expire
 */
export function passwordEnd({ neverExpires, changedAt }: AgingPassword, lifetimeDays: number): number | null {
  return lifetimeDays === 0 || neverExpires ? null : changedAt + lifetimeDays * DAY;
}
