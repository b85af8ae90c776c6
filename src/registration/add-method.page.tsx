import type { ContactType } from "../methods/contact-method.ts";
import { Field, Form } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import { sayIn } from "../pages/words.ts";
import { Act, InfoFrame } from "./info-frame.page.tsx";
import type { InfoNote } from "./page-notes.ts";
import { INFO_WORDS } from "./page-words.ts";

interface PageProps {
  readonly frame: Frame;
  readonly now: number;
}

interface ContactProps extends PageProps {
  readonly type: ContactType;
  readonly action: string;
  readonly title: string;
  readonly intro?: string;
  readonly note: InfoNote | null;
  /** What was typed and refused. It is on this page only. */
  readonly typed?: string;
  readonly fault?: "valueMissing" | "valueInvalid";
}

/** An address or a number: a new one, or one in place of another. */
export function ContactPage({ frame, now, type, action, title, intro, note, typed = "", fault }: ContactProps) {
  const say = sayIn(INFO_WORDS, frame.language);
  const error = fault === undefined ? undefined : say(fault);
  const errors = error === undefined ? [] : [{ field: "value", text: error }];
  return (
    <InfoFrame frame={frame} title={title} note={note} now={now} back="/security-info" errors={errors}>
      {intro !== undefined && <p>{intro}</p>}
      <Form frame={frame} action={action}>
        <Field
          frame={frame}
          id="value"
          name="value"
          label={say(`form.${type}`)}
          hint={say(`hint.${type}`)}
          error={error}
          autocomplete={type === "email" ? "email" : "tel"}
          inputmode={type === "email" ? "email" : "text"}
          value={typed}
        />
        <button type="submit" class="button">
          {say("sendCode")}
        </button>
      </Form>
    </InfoFrame>
  );
}

/** A type that needs nothing typed: what happens, and one button. */
export function MakePage({ frame, now, type, note }: PageProps & { type: "authenticatorApp" | "recoveryCodes"; note: InfoNote | null }) {
  const say = sayIn(INFO_WORDS, frame.language);
  const codes = type === "recoveryCodes";
  return (
    <InfoFrame frame={frame} title={say(codes ? "codesTitle" : "appTitle")} note={note} now={now} back="/security-info">
      <p>{say(codes ? "codesMake" : "offer.authenticatorApp")}</p>
      <Act frame={frame} action={`/security-info/add/${type}`} words={say(codes ? "codesMakeButton" : "continue")} look="button" />
    </InfoFrame>
  );
}

/** The new secret, as a square and as text. Shown here alone. @param qrSvg drawn by our own library from our own text */
export function AppPage({ frame, now, id, secret, qrSvg }: PageProps & { id: string; secret: string; qrSvg: string }) {
  const say = sayIn(INFO_WORDS, frame.language);
  return (
    <InfoFrame frame={frame} title={say("appTitle")} now={now} back="/security-info">
      <p>{say("appScan")}</p>
      {/* Not escaped: an SVG of squares, made here; nothing of it was typed by anybody. */}
      <div class="qr" role="img" aria-label={say("appQr")} dangerouslySetInnerHTML={{ __html: qrSvg }} />
      <p>{say("appKey")}</p>
      <p class="key">{(secret.match(/.{1,4}/g) ?? []).join(" ")}</p>
      <p>{say("verifyApp")}</p>
      <CodeField frame={frame} id={id} error={undefined} />
    </InfoFrame>
  );
}

/** The form for the code of a method that is on its way. */
export function CodeField({ frame, id, error }: { frame: Frame; id: string; error: string | undefined }) {
  const say = sayIn(INFO_WORDS, frame.language);
  return (
    <Form frame={frame} action={`/security-info/verify/${id}`}>
      <Field
        frame={frame}
        id="code"
        name="code"
        class="code"
        label={say("codeLabel")}
        hint={say("codeHint")}
        error={error}
        autocomplete="one-time-code"
        inputmode="numeric"
      />
      <button type="submit" class="button">
        {say("codeCheck")}
      </button>
    </Form>
  );
}

/** Shown once. */
export function CodesPage({ frame, now, codes }: PageProps & { codes: readonly string[] }) {
  const say = sayIn(INFO_WORDS, frame.language);
  return (
    <InfoFrame frame={frame} title={say("codesTitle")} now={now}>
      <p>{say("codesIntro")}</p>
      <ol class="saved-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <p>
        <a class="button" href="/security-info">
          {say("codesKept")}
        </a>
      </p>
    </InfoFrame>
  );
}
