import { Field, Form } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import { sayIn } from "../pages/words.ts";
import { InfoFrame } from "./info-frame.page.tsx";
import { INFO_WORDS } from "./page-words.ts";

interface QuestionsProps {
  readonly frame: Frame;
  readonly now: number;
  readonly questions: readonly { readonly id: string; readonly text: string }[];
  readonly count: number;
  /** Ids as they were chosen, where the answers were refused. Answers are never shown again. */
  readonly chosen: readonly string[];
  readonly refused: boolean;
}

/** As many pairs of question and answer as the tenant asks for. */
export function QuestionsPage({ frame, now, questions, count, chosen, refused }: QuestionsProps) {
  const say = sayIn(INFO_WORDS, frame.language);
  const errors = refused ? [{ field: "question-0", text: say("questionsWrong") }] : [];
  return (
    <InfoFrame frame={frame} title={say("questionsTitle")} now={now} back="/security-info" errors={errors}>
      <p>{say("questionsIntro", { count })}</p>
      <Form frame={frame} action="/security-info/add/securityQuestions">
        {Array.from({ length: count }, (_, index) => (
          <fieldset key={questions[index]?.id} class="question">
            <legend>{say("question", { number: index + 1 })}</legend>
            <label class="unseen" for={`question-${index}`}>
              {say("question", { number: index + 1 })}
            </label>
            <select class="input" id={`question-${index}`} name={`question${index}`}>
              {questions.map(({ id, text }) => (
                <option key={id} value={id} selected={id === (chosen[index] ?? questions[index]?.id)}>
                  {text}
                </option>
              ))}
            </select>
            <Field frame={frame} id={`answer-${index}`} name={`answer${index}`} label={say("answer")} autocomplete="off" />
          </fieldset>
        ))}
        <button type="submit" class="button">
          {say("questionsSave")}
        </button>
      </Form>
    </InfoFrame>
  );
}
