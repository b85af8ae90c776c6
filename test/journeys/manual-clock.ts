import type { Clock } from "../../src/kit/clock.ts";

/** A clock that is turned by hand. It starts at the real time, since PostgreSQL and Redis keep time of their own. */
export class ManualClock implements Clock {
  #now: number;

  constructor(start = Date.now()) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  turn(ms: number): void {
    this.#now += ms;
  }
}
