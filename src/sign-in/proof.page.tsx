import { MINUTE } from "../kit/clock.ts";
import { CodeForm, Resend } from "../pages/code-form.page.tsx";
import { ErrorSummary, Form, Notice } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import { Icon } from "../pages/icons.page.tsx";
import { Layout } from "../pages/layout.page.tsx";
import { isCodeMethod, Ways, wayValue } from "../pages/ways.page.tsx";
import { sayIn, waitWords } from "../pages/words.ts";
import { SIGN_IN_WORDS } from "./page-words.ts";
import type { PendingProof } from "./sign-in-cookies.page.ts";
import type { SignInNote } from "./sign-in-notes.ts";

interface ProofProps {
  readonly frame: Frame;
  readonly proof: PendingProof;
  readonly note: SignInNote | null;
  /** Milliseconds. */
  readonly now: number;
  readonly codeDigits: number;
}

/** The second step of signing in, or a fresh proof before a change: first by which way, then the code. */
export function ProofPage({ otherWay, ...props }: ProofProps & { readonly otherWay: boolean }) {
  const { challenge } = props.proof;
  if (challenge === undefined || otherWay || !isCodeMethod(challenge.way.method)) return <ChooseProof {...props} />;
  return <ProofCode {...props} challenge={challenge} />;
}

function ChooseProof({ frame, proof, note, now }: ProofProps) {
  const say = sayIn(SIGN_IN_WORDS, frame.language);
  const missing = note?.kind === "way-missing" ? say("chooseMissing") : undefined;
  const trouble = waitSentence(frame, note, now);
  const errors = [
    ...(missing === undefined ? [] : [{ field: "way-0", text: missing }]),
    ...(trouble === undefined ? [] : [{ text: trouble }]),
  ];
  const intro = proof.token !== undefined ? "secondStepIntro" : note?.kind === "one-more" ? "proofAgainIntro" : "proofIntro";
  return (
    <Layout frame={frame} title={say("proofTitle")} scripts={["submit-once.js"]} hasError={errors.length > 0}>
      <ErrorSummary frame={frame} errors={errors} />
      <h1>{say("proofTitle")}</h1>
      <p>{say(intro)}</p>
      <Form frame={frame} action="/sign-in/way">
        <Ways frame={frame} ways={proof.ways.map(wayOf)} error={missing} />
        <button type="submit" class="button">
          {say("continue")}
        </button>
      </Form>
      <CancelProof frame={frame} />
    </Layout>
  );
}

function ProofCode({ frame, note, now, codeDigits, challenge }: ProofProps & { challenge: NonNullable<PendingProof["challenge"]> }) {
  const say = sayIn(SIGN_IN_WORDS, frame.language);
  const { method, hint = "" } = challenge.way;
  if (!isCodeMethod(method)) return null;
  const sent = challenge.resendAfter !== null;
  const waitMs = Math.max(0, (challenge.resendAfter ?? now) - now);
  const expired = challenge.expiresAt <= now;
  const minutes = Math.max(1, Math.ceil((challenge.expiresAt - now) / MINUTE));
  const fault = note?.kind === "code-missing" ? say("codeMissing") : note?.kind === "code-rejected" ? say("codeRejected") : undefined;
  const trouble = expired ? say(sent ? "codeExpired" : "wayExpired") : waitSentence(frame, note, now);
  const error = expired ? undefined : fault;
  const errors = [...(error === undefined ? [] : [{ field: "code", text: error }]), ...(trouble === undefined ? [] : [{ text: trouble }])];
  return (
    <Layout
      frame={frame}
      title={say(`codeTitle.${method}`)}
      scripts={["submit-once.js", "resend-countdown.js"]}
      hasError={errors.length > 0}
    >
      <ErrorSummary frame={frame} errors={errors} />
      {note?.kind === "resent" && <Notice>{say("resent")}</Notice>}
      <h1>{say(`codeTitle.${method}`)}</h1>
      {!expired && (
        <>
          <p>{say(`codeTo.${method}`, { hint })}</p>
          <CodeForm
            frame={frame}
            action="/sign-in/code"
            method={method}
            hint={sent ? say("codeHintSent", { digits: codeDigits, minutes }) : say("codeHint")}
            error={error}
          />
        </>
      )}
      <Resend
        frame={frame}
        action="/sign-in/way"
        hidden={{ way: wayValue(wayOf(challenge.way)), again: "yes" }}
        method={method}
        sent={sent}
        spent={expired}
        waitMs={waitMs}
      />
      <p class="quiet">
        <a href="/sign-in/another-way">{say("anotherWay")}</a>
      </p>
      {sent && (
        <p class="caution">
          <Icon name="shield" />
          <span>{say("codeNever")}</span>
        </p>
      )}
      <CancelProof frame={frame} />
    </Layout>
  );
}

function CancelProof({ frame }: { frame: Frame }) {
  return (
    <Form frame={frame} action="/sign-in/cancel" class="quiet">
      <button type="submit" class="as-link">
        {sayIn(SIGN_IN_WORDS, frame.language)("cancel")}
      </button>
    </Form>
  );
}

function waitSentence(frame: Frame, note: SignInNote | null, now: number): string | undefined {
  if (note?.kind !== "wait") return undefined;
  return sayIn(SIGN_IN_WORDS, frame.language)("busy", { wait: waitWords(frame.language, note.until - now) });
}

/** A way of the cookie without what is absent in it. */
function wayOf({ method, methodId, hint }: PendingProof["ways"][number]) {
  return { method, ...(methodId === undefined ? {} : { methodId }), ...(hint === undefined ? {} : { hint }) };
}
