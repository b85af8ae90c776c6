import type { ComponentChildren } from "preact";
import { timeWords } from "../kit/language.ts";
import { ErrorSummary, Form, Notice } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import { Layout } from "../pages/layout.page.tsx";
import { sayIn, waitWords } from "../pages/words.ts";
import type { InfoNote } from "./page-notes.ts";
import { INFO_WORDS } from "./page-words.ts";

interface InfoFrameProps {
  readonly frame: Frame;
  readonly title: string;
  readonly note?: InfoNote | null;
  /** Milliseconds. */
  readonly now: number;
  readonly errors?: readonly { field?: string; text: string }[];
  /** Where "Cancel" leads to; absent on the first page. */
  readonly back?: string;
  readonly scripts?: readonly string[];
  readonly children: ComponentChildren;
}

/** A page of security info: what went wrong, what went well, its content, the way back. */
export function InfoFrame({ frame, title, note = null, now, errors = [], back, scripts = [], children }: InfoFrameProps) {
  const say = sayIn(INFO_WORDS, frame.language);
  const { trouble, notice } = noteWords(frame, note, now);
  const all = [...errors, ...(trouble === undefined ? [] : [{ text: trouble }])];
  return (
    <Layout frame={frame} title={title} hasError={all.length > 0} scripts={["submit-once.js", ...scripts]}>
      <ErrorSummary frame={frame} errors={all} />
      {notice !== undefined && <Notice>{notice}</Notice>}
      <h1>{title}</h1>
      {children}
      {back !== undefined && (
        <p class="quiet">
          <a href={back}>{say("cancel")}</a>
        </p>
      )}
    </Layout>
  );
}

function noteWords(frame: Frame, note: InfoNote | null, now: number): { trouble?: string; notice?: string } {
  const say = sayIn(INFO_WORDS, frame.language);
  switch (note?.kind) {
    case "wait":
      return { trouble: say("wait", { wait: waitWords(frame.language, note.until - now) }) };
    case "below-minimum":
      return { trouble: say("belowMinimum") };
    case "too-many":
      return { trouble: say("tooMany") };
    case "duplicate":
      return { trouble: say("duplicate") };
    case "frozen":
      return { trouble: say("frozen") };
    case "cannot-send":
      return { trouble: say("cannotSend") };
    case "gone":
      return { trouble: say("gone") };
    case "verified":
      if (note.from === undefined || note.from <= now) return { notice: say("verified") };
      return { notice: say("verifiedWaits", { when: timeWords(frame.language, note.from) }) };
    case "confirmed":
      return { notice: say("confirmed") };
    case "removed":
      return { notice: say("removed") };
    case "questions-saved":
      return { notice: say("questionsSaved") };
    case "resent":
      return { notice: say("resent") };
    default:
      return {};
  }
}

/** A button alone in its form. */
export function Act({ frame, action, words, look = "button second" }: { frame: Frame; action: string; words: string; look?: string }) {
  return (
    <Form frame={frame} action={action} class="act">
      <button type="submit" class={look}>
        {words}
      </button>
    </Form>
  );
}
