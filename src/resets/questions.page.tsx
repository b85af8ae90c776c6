import type { SecurityQuestion } from "../methods/security-questions.ts";
import { Field, Form } from "../pages/forms.page.tsx";
import { sayIn } from "../pages/words.ts";
import { RESET_WORDS } from "./page-words.ts";
import { flowOfForm, StepFrame, type StepProps } from "./step-frame.page.tsx";

interface QuestionsProps extends StepProps {
  readonly questions: readonly SecurityQuestion[];
  readonly fault: "answerMissing" | "answersRejected" | undefined;
  /** What went wrong otherwise. */
  readonly trouble: string | undefined;
}

/** All questions at once. It is never said which answer was wrong, and none is ever shown again. */
export function QuestionsPage({ questions, fault, trouble, ...step }: QuestionsProps) {
  const { frame, flow } = step;
  const say = sayIn(RESET_WORDS, frame.language);
  const errors = [
    ...(fault === undefined ? [] : [{ field: "answer-0", text: say(fault) }]),
    ...(trouble === undefined ? [] : [{ text: trouble }]),
  ];
  return (
    <StepFrame {...step} title="questionsTitle" current={2} errors={errors}>
      <p>{say("questionsIntro")}</p>
      <Form frame={frame} action="/reset/answers" hidden={flowOfForm(flow)}>
        {questions.map(({ id, text }, index) => (
          <div key={id}>
            <input type="hidden" name={`question${index}`} value={id} />
            <Field frame={frame} id={`answer-${index}`} name={`answer${index}`} label={text} autocomplete="off" />
          </div>
        ))}
        <button type="submit" class="button">
          {say("questionsCheck")}
        </button>
      </Form>
      <p class="quiet">
        <a href="/reset/another-way">{say("anotherWay")}</a>
      </p>
    </StepFrame>
  );
}
