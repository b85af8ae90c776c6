import { MINUTE } from "../kit/clock.ts";
import { CodeForm, Resend } from "../pages/code-form.page.tsx";
import { Icon } from "../pages/icons.page.tsx";
import { type CodeMethod, wayValue } from "../pages/ways.page.tsx";
import { sayIn } from "../pages/words.ts";
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
  const hidden = flowOfForm(step.flow);
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
          <CodeForm frame={step.frame} action="/reset/code" hidden={hidden} method={method} hint={hint} error={error} />
        </>
      )}
      <Resend
        frame={step.frame}
        action="/reset/method"
        hidden={{ ...hidden, way: wayValue(code), again: "yes" }}
        method={code.method}
        sent={code.sent}
        spent={spent !== undefined}
        waitMs={Math.max(0, (code.resendAfter ?? now) - now)}
      />
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
