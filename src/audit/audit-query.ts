import { timestamp } from "../kit/clock.ts";

/** Which events are asked for. All of it must hold. */
export interface AuditFilter {
  /** Milliseconds: from then on, and before then. */
  readonly from?: number;
  readonly to?: number;
  /** Id or user principal name of whom it is about. */
  readonly user?: string;
  /** Id of a person or an application, or a user principal name, of whoever acted. */
  readonly actor?: string;
  readonly type?: string;
  readonly outcome?: string;
  readonly flow?: string;
}

/** A filter of one tenant with names as ids; `null`: somebody whom the tenant has not, so that nothing fits. */
export interface Narrowed extends Omit<AuditFilter, "user" | "actor"> {
  readonly tenantId: string;
  readonly user?: string | null;
  readonly actor?: string | null;
}

const ACTOR = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|app-[\w-]{22})$/i;
const TYPE = /^[a-z-]{1,40}(?:\.[a-z-]{1,40}){0,2}$/;
const FLOW = /^[\w-]{22}$/;

/**
 * A filter as it may be kept for ever: ids and words of ours. What is none may be a name, an address or a number that somebody typed, and is
 * `unknown`.
 */
export function filterOnRecord({ tenantId: _, from, to, user, actor, type, outcome, flow }: Narrowed): Readonly<Record<string, string>> {
  const kept = (text: string | null, pattern: RegExp) => (text !== null && pattern.test(text) ? text : "unknown");
  return {
    ...(from === undefined ? {} : { from: timestamp(from) }),
    ...(to === undefined ? {} : { to: timestamp(to) }),
    ...(user === undefined ? {} : { user: user ?? "unknown" }),
    ...(actor === undefined ? {} : { actor: kept(actor, ACTOR) }),
    ...(type === undefined ? {} : { type: kept(type, TYPE) }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(flow === undefined ? {} : { flow: kept(flow, FLOW) }),
  };
}

/** The place of an event in the order of the log. `at`: as the database writes it. */
export interface Place {
  readonly at: string;
  readonly id: string;
}

/** The key of a page's last event, for a cursor. */
export function keyOfPlace({ at, id }: Place): string {
  return `${at} ${id}`;
}

const KEY = /^(\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (\S{1,100})$/;

/** `null` for a key that is none of this list. */
export function placeOfKey(key: string): Place | null {
  const [, at, id] = KEY.exec(key) ?? [];
  return at === undefined || id === undefined || !isDay(at.slice(0, 10)) || Number.isNaN(Date.parse(at)) ? null : { at, id };
}

/** 2026-02-30 is a day in March to a clock, and none to the database. */
function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
