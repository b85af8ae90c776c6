import { type Clock, SECOND, systemClock } from "../kit/clock.ts";
import { countedBar, countedSentence } from "./progress-line.ts";

/** Shows on standard error how far a job is: a bar on a terminal, elsewhere a line now and then. */
export interface CountedProgress {
  at(done: number, total: number): void;
  /** Clears the bar: the result comes now. */
  end(): void;
}

const REDRAW_MS = 200;
const LINE_MS = 5 * SECOND;
const CLEAR_LINE = "\r\u001b[2K";

export function showCounted(name: string, clock: Clock = systemClock): CountedProgress {
  const { stderr } = process;
  const began = clock.now();
  let counts = { done: 0, total: 0 };
  const state = () => ({ name, ...counts, seconds: (clock.now() - began) / SECOND });
  const draw = stderr.isTTY
    ? () => stderr.write(CLEAR_LINE + countedBar(state(), stderr.columns))
    : () => stderr.write(`${countedSentence(state())}\n`);
  const timer = setInterval(draw, stderr.isTTY ? REDRAW_MS : LINE_MS);
  return {
    at(done, total) {
      counts = { done, total };
    },
    end() {
      clearInterval(timer);
      if (stderr.isTTY) stderr.write(CLEAR_LINE);
    },
  };
}
