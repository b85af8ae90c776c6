import type { ComponentChildren } from "preact";
import { ErrorSummary, Form, Notice, Steps } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import { Layout } from "../pages/layout.page.tsx";
import { FURNITURE, sayIn } from "../pages/words.ts";
import { RESET_WORDS, type ResetWordKey } from "./page-words.ts";
import type { ResetFlow } from "./reset-flow.ts";
import type { TenantFront } from "./reset-progress.ts";

/** What the pages of a running reset have in common. */
export interface StepProps {
  readonly frame: Frame;
  readonly flow: ResetFlow;
  readonly front: TenantFront | null;
}

interface StepFrameProps extends StepProps {
  readonly title: ResetWordKey;
  /** Of three; absent where the way ends. */
  readonly current?: number;
  readonly errors?: readonly { field?: string; text: string }[];
  readonly notice?: string | null;
  readonly scripts?: readonly string[];
  readonly children: ComponentChildren;
}

export function stepNames({ language }: Frame): string[] {
  const say = sayIn(RESET_WORDS, language);
  return [say("stepName"), say("stepProof"), say("stepPassword")];
}

/** Values that every form of a running reset sends along: a page of an older reset must not act on a newer one. */
export function flowOfForm(flow: ResetFlow): Record<string, string> {
  return { flow: flow.id };
}

/** One step: how far it is, what went wrong, its content, and the way to begin anew. */
export function StepFrame({ frame, flow, front, title, current, errors = [], notice, scripts = [], children }: StepFrameProps) {
  const say = sayIn(RESET_WORDS, frame.language);
  return (
    <Layout
      frame={frame}
      title={say(title)}
      hasError={errors.length > 0}
      scripts={["submit-once.js", ...scripts]}
      helpDesk={front?.helpDesk ?? null}
      brand={front?.brand ?? null}
      supportCode={flow.supportCode}
    >
      {current !== undefined && <Steps frame={frame} names={stepNames(frame)} current={current} />}
      <ErrorSummary frame={frame} errors={errors} />
      {typeof notice === "string" && <Notice>{notice}</Notice>}
      <h1>{say(title)}</h1>
      {children}
      <Form frame={frame} action="/reset/cancel" class="quiet" hidden={flowOfForm(flow)}>
        <button type="submit" class="as-link">
          {sayIn(FURNITURE, frame.language)("startAgain")}
        </button>
      </Form>
    </Layout>
  );
}
