import { type Clock, SECOND, systemClock } from "../kit/clock.ts";
import { type ImportState, progressBar, progressSentence } from "./progress-line.ts";

/** Shows on standard error how far an import is: a bar on a terminal, elsewhere a line now and then. */
export interface ImportProgress {
  sent(bytes: number): void;
  /** Everything is sent. */
  waiting(): void;
  rows(done: number): void;
  /** Clears the bar: the result comes now. */
  end(): void;
}

const REDRAW_MS = 100;
const LINE_MS = 5 * SECOND;
const CLEAR_LINE = "\r\u001b[2K";

export function showProgress(name: string, total: number | null, clock: Clock = systemClock): ImportProgress {
  const { stderr } = process;
  const began = clock.now();
  let state: ImportState = { name, total, sent: 0, waiting: false, rows: null, seconds: 0 };
  const now = (): ImportState => ({ ...state, seconds: (clock.now() - began) / SECOND });
  const draw = stderr.isTTY
    ? () => stderr.write(CLEAR_LINE + progressBar(now(), stderr.columns))
    : () => stderr.write(`${progressSentence(now())}\n`);
  const timer = setInterval(draw, stderr.isTTY ? REDRAW_MS : LINE_MS);
  // On a terminal at once: a command that says nothing looks stuck.
  if (stderr.isTTY) draw();
  return {
    sent(bytes) {
      state = { ...state, sent: state.sent + bytes };
    },
    waiting() {
      state = { ...state, waiting: true };
    },
    rows(done) {
      state = { ...state, rows: done };
    },
    end() {
      clearInterval(timer);
      if (stderr.isTTY) stderr.write(CLEAR_LINE);
    },
  };
}
