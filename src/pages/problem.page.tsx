import type { ProblemCode } from "../kit/problem.ts";
import type { Frame } from "./frame.ts";
import { Icon } from "./icons.page.tsx";
import { Layout } from "./layout.page.tsx";
import { FURNITURE, type FurnitureKey, sayIn, waitWords } from "./words.ts";

/** A problem as a page may meet it: those of the API, and a form whose token is missing, foreign or of another browser. */
export type PageProblem = ProblemCode | "form-expired";

type Words = readonly [title: FurnitureKey, text: FurnitureKey, textWithoutWait?: FurnitureKey];

const INVALID: Words = ["invalidTitle", "invalidText"];
const BROKEN: Words = ["brokenTitle", "brokenText"];
const BUSY: Words = ["busyTitle", "busyText", "busyTextPlain"];

/** What a person is told. Codes that no page can meet say that something is wrong on our side. */
const WORDS: Partial<Record<PageProblem, Words>> = {
  "form-expired": ["formExpiredTitle", "formExpiredText"],
  "invalid-request": INVALID,
  "payload-too-large": INVALID,
  "unsupported-media-type": INVALID,
  "method-not-allowed": ["notFoundTitle", "notFoundText"],
  "not-found": ["notFoundTitle", "notFoundText"],
  "origin-not-allowed": ["foreignTitle", "foreignText"],
  "too-many-attempts": ["tooManyTitle", "tooManyText", "tooManyTextPlain"],
  "directory-unavailable": BUSY,
  unavailable: BUSY,
};

interface Props {
  readonly frame: Frame;
  readonly problem: PageProblem;
  /** Seconds, where waiting helps. */
  readonly retryAfter: number | undefined;
  /** The page to go on from. */
  readonly back: string;
}

/** An error page: what it means for the person, and the way on. Nothing of what was sent is on it (attacks A18). */
export function ProblemPage({ frame, problem, retryAfter, back }: Props) {
  const say = sayIn(FURNITURE, frame.language);
  const [title, text, textWithoutWait = text] = WORDS[problem] ?? BROKEN;
  const wait = retryAfter === undefined ? null : waitWords(frame.language, retryAfter * 1000);
  return (
    <Layout frame={{ ...frame, path: back }} title={say(title)}>
      <Icon name={problem === "too-many-attempts" ? "clock" : "shield"} large />
      <h1>{say(title)}</h1>
      <p>{wait === null ? say(textWithoutWait) : say(text, { wait })}</p>
      <p>
        <a class="button" href={back}>
          {say(back === "/" ? "backHome" : "back")}
        </a>
      </p>
    </Layout>
  );
}
