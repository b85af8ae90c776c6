import { MINUTE } from "../kit/clock.ts";
import { Field, Form } from "../pages/forms.page.tsx";
import { Icon } from "../pages/icons.page.tsx";
import { sayIn, waitWords } from "../pages/words.ts";
import { type CodeMethod, wayValue } from "./choose.page.tsx";
import { RESET_WORDS, type ResetWordKey } from "./page-words.ts";
import type { PendingCode } from "./reset-progress.ts";
import { flowOfForm, StepFrame, type StepProps } from "./step-frame.page.tsx";

interface CodeProps extends StepProps {
  readonly method: CodeMethod;
  readonly code: PendingCode;
  readonly codeDigits: number;
  /** Milliseconds. */
  readonly now: number;
  /** No further try counts: only a new code helps. */
  readonly usedUp: boolean;
  /** What is wrong with what was typed. */
  readonly fault?: "codeMissing" | "codeRejected" | undefined;
  /** What went wrong otherwise. */
  readonly trouble?: string | undefined;
  readonly notice: string | null;
}

/** Third step: the code. Before the first proof it never says that a code was sent, only that one is, if there is where to send it. */
export function CodePage({ method, code, codeDigits, now, usedUp, fault, trouble, notice, ...step }: CodeProps) {
  const say = sayIn(RESET_WORDS, step.frame.language);
  const expired = code.expiresAt <= now;
  const spent = usedUp ? say(code.sent ? "triesUsedUp" : "wayUsedUp") : expired ? say(code.sent ? "codeExpired" : "wayExpired") : undefined;
  const minutes = Math.ceil((code.expiresAt - now) / MINUTE);
  const hint = code.sent ? say("codeHintSent", { digits: codeDigits, minutes }) : say("codeHint");
  const error = spent === undefined && fault !== undefined ? say(fault) : undefined;
  const errors = [
    ...(error === undefined ? [] : [{ field: "code", text: error }]),
    ...[trouble ?? spent ?? (code.notSent === true ? say("notSent") : undefined)]
      .filter((text) => text !== undefined)
      .map((text) => ({ text })),
  ];
  return (
    <StepFrame
      {...step}
      title={`codeTitle.${method}`}
      current={2}
      errors={errors}
      notice={notice}
      scripts={["resend-countdown.js", "not-sent.js"]}
    >
      {spent === undefined && (
        <>
          {code.notSent !== true && (
            <p data-under-way>{code.hint === undefined ? say(`codeIf.${method}`) : say(`codeTo.${method}`, { hint: code.hint })}</p>
          )}
          {code.notSent === false && <LookWhetherSent say={say} />}
          <CodeForm {...step} method={method} hint={hint} error={error} />
        </>
      )}
      <Resend {...step} code={code} now={now} spent={spent !== undefined} />
      <p class="quiet">
        <a href="/reset/another-way">{say("anotherWay")}</a>
      </p>
      {code.sent && (
        <p class="caution">
          <Icon name="shield" />
          <span>{say("codeNever")}</span>
        </p>
      )}
    </StepFrame>
  );
}

type CodeFormProps = StepProps & { method: CodeMethod; hint: string; error: string | undefined };

/** One field, which takes a code however it is written, typed, pasted or filled in by the phone (WCAG 2.2 SC 3.3.8). */
function CodeForm({ frame, flow, method, hint, error }: CodeFormProps) {
  const say = sayIn(RESET_WORDS, frame.language);
  const saved = method === "recoveryCode";
  return (
    <Form frame={frame} action="/reset/code" hidden={flowOfForm(flow)}>
      <Field
        frame={frame}
        id="code"
        name="code"
        class="code"
        label={say("codeLabel")}
        hint={hint}
        error={error}
        autocomplete={saved ? "off" : "one-time-code"}
        inputmode={saved ? "text" : "numeric"}
      />
      <button type="submit" class="button">
        {say("codeCheck")}
      </button>
    </Form>
  );
}

/** Filled in and shown by the script as soon as it is known; without script the link draws the page anew. */
function LookWhetherSent({ say }: { say: (key: ResetWordKey) => string }) {
  return (
    <>
      <p class="notice" role="status" data-not-sent={say("notSent")} hidden />
      <p class="quiet" data-not-sent-look>
        <a href="/reset">{say("notSentLook")}</a>
      </p>
    </>
  );
}

/** A new code, as soon as the server allows. Without script the button is always there, and the server's answer is honest. */
function Resend({ frame, flow, code, now, spent }: StepProps & { code: PendingCode; now: number; spent: boolean }) {
  const say = sayIn(RESET_WORDS, frame.language);
  if (!code.sent && !spent) return null;
  const waitMs = Math.max(0, (code.resendAfter ?? now) - now);
  const [before = "", after = ""] = say("resendWait", { wait: "\n" }).split("\n");
  return (
    <section class="aside" {...(waitMs > 0 ? { "data-resend-in": Math.ceil(waitMs / 1000) } : {})}>
      {code.sent && !spent && <p>{say(code.method === "email" ? "codeSlow" : "codeSlowPhone")}</p>}
      {waitMs > 0 && (
        <p data-resend-wait>
          {before}
          <span data-resend-left>{waitWords(frame.language, waitMs)}</span>
          {after}
        </p>
      )}
      {code.sent && (
        <p role="status" data-resend-now hidden={waitMs > 0}>
          {waitMs > 0 ? "" : say("resendNow")}
        </p>
      )}
      <Form frame={frame} action="/reset/method" hidden={{ ...flowOfForm(flow), way: wayValue(code), again: "yes" }}>
        <button type="submit" class={spent ? "button" : "button second"} data-resend-button data-resend-words={say("resendNow")}>
          {say(code.sent ? "resend" : "retry")}
        </button>
      </Form>
    </section>
  );
}
