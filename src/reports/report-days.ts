import { DAY } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { dayOf } from "./day-counts.ts";

/** Days of a report, both ends included. UTC, YYYY-MM-DD. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

export const MOST_DAYS = 400;
const USUAL_DAYS = 30;

const startOf = (day: string) => Date.parse(`${day}T00:00:00Z`);

/** @throws {Problem} `invalid-request` where they are no days, the wrong way round, or too many */
export function daysAsked(asked: { readonly from?: string; readonly to?: string }, now: number): Days {
  const to = asked.to ?? dayOf(new Date(now));
  checkDay("/to", to);
  const from = asked.from ?? dayOf(new Date(startOf(to) - (USUAL_DAYS - 1) * DAY));
  checkDay("/from", from);
  const count = (startOf(to) - startOf(from)) / DAY + 1;
  if (count < 1) throw faultyDay("/from", "must not be after `to`");
  if (count > MOST_DAYS) throw faultyDay("/from", `at most ${MOST_DAYS} days fit in one report`);
  return { from, to };
}

/** Every one of them, in order. */
export function eachDay({ from, to }: Days): string[] {
  const days: string[] = [];
  for (let at = startOf(from); at <= startOf(to); at += DAY) days.push(dayOf(new Date(at)));
  return days;
}

function checkDay(field: string, day: string): void {
  const at = startOf(day);
  // 2026-02-30 is read as a day in March.
  if (Number.isNaN(at) || dayOf(new Date(at)) !== day) throw faultyDay(field, "must be a day as in 2026-11-21");
}

function faultyDay(field: string, reason: string): Problem {
  return new Problem("invalid-request", { detail: "The query is not valid.", extensions: { errors: [{ field, reason }] } });
}
