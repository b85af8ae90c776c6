import { Field, Form } from "./forms.page.tsx";
import type { Frame } from "./frame.ts";
import { PROOF_WORDS } from "./proof-words.ts";
import type { CodeMethod } from "./ways.page.tsx";
import { sayIn, waitWords } from "./words.ts";

interface CodeFormProps {
  readonly frame: Frame;
  readonly action: string;
  readonly hidden?: Readonly<Record<string, string>>;
  readonly method: CodeMethod;
  readonly hint: string;
  readonly error: string | undefined;
}

/** One field, which takes a code however it is written, typed, pasted or filled in by the phone (WCAG 2.2 SC 3.3.8). */
export function CodeForm({ frame, action, hidden = {}, method, hint, error }: CodeFormProps) {
  const say = sayIn(PROOF_WORDS, frame.language);
  const saved = method === "recoveryCode";
  return (
    <Form frame={frame} action={action} hidden={hidden}>
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

interface ResendProps {
  readonly frame: Frame;
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly method: string;
  /** A message went out: it can be slow, and it can be asked for again. */
  readonly sent: boolean;
  /** The code is good for nothing any more. */
  readonly spent: boolean;
  /** Milliseconds until the next one may be asked for. */
  readonly waitMs: number;
}

/** A new code, as soon as the server allows. Without script the button is always there, and the server's answer is honest. */
export function Resend({ frame, action, hidden, method, sent, spent, waitMs }: ResendProps) {
  const say = sayIn(PROOF_WORDS, frame.language);
  if (!sent && !spent) return null;
  const [before = "", after = ""] = say("resendWait", { wait: "\n" }).split("\n");
  return (
    <section class="aside" {...(waitMs > 0 ? { "data-resend-in": Math.ceil(waitMs / 1000) } : {})}>
      {sent && !spent && <p>{say(method === "email" ? "codeSlow" : "codeSlowPhone")}</p>}
      {waitMs > 0 && (
        <p data-resend-wait>
          {before}
          <span data-resend-left>{waitWords(frame.language, waitMs)}</span>
          {after}
        </p>
      )}
      {sent && (
        <p role="status" data-resend-now hidden={waitMs > 0}>
          {waitMs > 0 ? "" : say("resendNow")}
        </p>
      )}
      <Form frame={frame} action={action} hidden={hidden}>
        <button type="submit" class={spent ? "button" : "button second"} data-resend-button data-resend-words={say("resendNow")}>
          {say(sent ? "resend" : "retry")}
        </button>
      </Form>
    </section>
  );
}
