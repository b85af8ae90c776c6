import { Form } from "../pages/forms.page.tsx";
import { type Way, Ways } from "../pages/ways.page.tsx";
import { sayIn } from "../pages/words.ts";
import { RESET_WORDS, type ResetWordKey } from "./page-words.ts";
import { flowOfForm, StepFrame, type StepProps } from "./step-frame.page.tsx";

interface ChooseProps extends StepProps {
  readonly proved: boolean;
  readonly ways: readonly Way[];
  /** A code was asked for already: the way back to its page. */
  readonly hasCode: boolean;
  readonly missing: boolean;
  readonly notice: string | null;
}

/** Second step: by which way. Before the first proof these are the organisation's, the same for every name, and without a hint. */
export function ChoosePage({ proved, ways, hasCode, missing, notice, ...step }: ChooseProps) {
  const { frame, flow } = step;
  const say = sayIn(RESET_WORDS, frame.language);
  const title: ResetWordKey = proved ? "chooseNextTitle" : "chooseTitle";
  const error = missing ? say("chooseMissing") : undefined;
  const errors = error === undefined ? [] : [{ field: "way-0", text: error }];
  return (
    <StepFrame {...step} title={title} current={2} errors={errors} notice={notice}>
      <p>{say(proved ? "chooseNextIntro" : "chooseIntro")}</p>
      <Form frame={frame} action="/reset/method" hidden={flowOfForm(flow)}>
        <Ways frame={frame} ways={ways} error={error} />
        <button type="submit" class="button">
          {say("continue")}
        </button>
      </Form>
      {hasCode && (
        <p class="quiet">
          <a href="/reset">{say("chooseBack")}</a>
        </p>
      )}
    </StepFrame>
  );
}
