import type { ChallengeMethod } from "../methods/method.ts";
import { FieldError, Form } from "../pages/forms.page.tsx";
import { Icon, type IconName } from "../pages/icons.page.tsx";
import { sayIn } from "../pages/words.ts";
import { RESET_WORDS, type ResetWordKey } from "./page-words.ts";
import type { Way } from "./reset-progress.ts";
import { flowOfForm, StepFrame, type StepProps } from "./step-frame.page.tsx";

/** Ways that one code proves. Security questions are a page of their own. */
export type CodeMethod = Exclude<ChallengeMethod, "securityQuestions">;

const ICONS: Readonly<Record<CodeMethod, IconName>> = {
  email: "mail",
  sms: "message",
  voice: "call",
  officePhone: "call",
  authenticatorApp: "app",
  recoveryCode: "list",
};

export function isCodeMethod(method: ChallengeMethod): method is CodeMethod {
  return Object.hasOwn(ICONS, method);
}

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
        <fieldset class="ways" {...(error === undefined ? {} : { "aria-describedby": "way-error" })}>
          <legend class="unseen">{say("chooseLegend")}</legend>
          <FieldError frame={frame} id="way" error={error} />
          {ways.map((way, index) => (
            <WayChoice key={wayValue(way)} way={way} index={index} only={ways.length === 1} say={say} />
          ))}
        </fieldset>
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

interface WayChoiceProps {
  readonly way: Way;
  readonly index: number;
  readonly only: boolean;
  readonly say: (key: ResetWordKey) => string;
}

function WayChoice({ way, index, only, say }: WayChoiceProps) {
  if (!isCodeMethod(way.method)) return null;
  const id = `way-${index}`;
  return (
    <div class="way">
      <input type="radio" class="radio" name="way" id={id} value={wayValue(way)} checked={only} aria-describedby={`${id}-about`} />
      <label for={id}>{say(`way.${way.method}`)}</label>
      <p class="hint" id={`${id}-about`}>
        {way.hint ?? say(`about.${way.method}`)}
      </p>
      <Icon name={ICONS[way.method]} />
    </div>
  );
}

/** `email`, or `email/<id>` where the person may choose between values. */
export function wayValue({ method, methodId }: Way): string {
  return methodId === undefined ? method : `${method}/${methodId}`;
}

/** Reads what a form sent; `null` for what no form of ours sends. */
export function readWay(value: string): { method: CodeMethod; methodId?: string } | null {
  const [method = "", methodId, ...rest] = value.split("/");
  if (!Object.hasOwn(ICONS, method) || rest.length > 0) return null;
  return { method: method as CodeMethod, ...(methodId === undefined ? {} : { methodId }) };
}
