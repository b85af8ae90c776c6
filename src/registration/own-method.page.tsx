import type { Frame } from "../pages/frame.ts";
import { Icon } from "../pages/icons.page.tsx";
import { sayIn } from "../pages/words.ts";
import { CodeField } from "./add-method.page.tsx";
import { Act, InfoFrame } from "./info-frame.page.tsx";
import type { OwnMethod } from "./own-method-store.ts";
import type { InfoNote } from "./page-notes.ts";
import { INFO_WORDS } from "./page-words.ts";

interface MethodPageProps {
  readonly frame: Frame;
  readonly method: OwnMethod;
  readonly note: InfoNote | null;
  readonly now: number;
}

/** The code of a value that is on its way, or of a new app. */
export function VerifyPage({ frame, method, note, now }: MethodPageProps) {
  const say = sayIn(INFO_WORDS, frame.language);
  const error = note?.kind === "code-missing" ? say("codeMissing") : note?.kind === "code-rejected" ? say("codeRejected") : undefined;
  const sent = method.type !== "authenticatorApp";
  return (
    <InfoFrame
      frame={frame}
      title={say("verifyTitle")}
      note={note}
      now={now}
      back="/security-info"
      errors={error === undefined ? [] : [{ field: "code", text: error }]}
    >
      <p>{sent ? say("verifySent", { hint: method.pendingHint ?? method.hint }) : say("verifyApp")}</p>
      <CodeField frame={frame} id={method.id} error={error} />
      {sent && (
        <section class="aside">
          <p>{say(method.type === "email" ? "codeSlow" : "codeSlowPhone")}</p>
          <Act frame={frame} action={`/security-info/resend/${method.id}`} words={say("resend")} />
        </section>
      )}
      {sent && (
        <p class="caution">
          <Icon name="shield" />
          <span>{say("codeNever")}</span>
        </p>
      )}
    </InfoFrame>
  );
}

/** Asked once more, since it cannot be taken back. */
export function RemovePage({ frame, method, note, now }: MethodPageProps) {
  const say = sayIn(INFO_WORDS, frame.language);
  const value = `${method.name ?? say(`type.${method.type}`)} ${method.value ?? method.hint}`;
  return (
    <InfoFrame frame={frame} title={say("removeTitle")} note={note} now={now} back="/security-info">
      <p>{say("removeIntro", { value })}</p>
      <Act frame={frame} action={`/security-info/remove/${method.id}`} words={say("remove")} look="button grave" />
    </InfoFrame>
  );
}
