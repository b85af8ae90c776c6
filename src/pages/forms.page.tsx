import type { ComponentChildren } from "preact";
import type { Frame } from "./frame.ts";
import { FURNITURE, sayIn } from "./words.ts";

interface FormProps {
  readonly frame: Frame;
  readonly action: string;
  readonly id?: string;
  /** Values that go along unseen. */
  readonly hidden?: Readonly<Record<string, string>>;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A form that posts to us, with the token against forged ones. The server is the judge of what is typed, in the page's own words. */
export function Form({ frame, action, id, hidden = {}, children, ...rest }: FormProps) {
  return (
    <form method="post" action={action} noValidate {...(id === undefined ? {} : { id })} {...rest}>
      <input type="hidden" name="_csrf" value={frame.formToken()} />
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
    </form>
  );
}

export interface FieldProps {
  readonly frame: Frame;
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly type?: "text" | "password";
  readonly autocomplete: string;
  readonly inputmode?: "numeric" | "email" | "text";
  readonly value?: string;
  readonly class?: string;
  /** Ids of further elements that describe the field. */
  readonly describedBy?: readonly string[];
}

/** One labelled input. Hint and error are tied to it, so that both are read with it (WCAG SC 1.3.1, 3.3.1). */
export function Field({ frame, id, label, hint, error, type = "text", describedBy = [], class: className, ...rest }: FieldProps) {
  const described = [hint === undefined ? "" : `${id}-hint`, ...describedBy, error === undefined ? "" : `${id}-error`].filter(Boolean);
  return (
    <div class={error === undefined ? "field" : "field invalid"}>
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <FieldError frame={frame} id={id} error={error} />
      <input
        id={id}
        class={className === undefined ? "input" : `input ${className}`}
        required
        autocapitalize="none"
        autocorrect="off"
        spellcheck={false}
        {...(described.length === 0 ? {} : { "aria-describedby": described.join(" ") })}
        {...(error === undefined ? {} : { "aria-invalid": "true" })}
        {...(type === "password" ? { type: "password" } : { type: "text" })}
        {...rest}
      />
    </div>
  );
}

/** What is wrong with a field, where the field is. */
export function FieldError({ frame, id, error }: { frame: Frame; id: string; error: string | undefined }) {
  if (error === undefined) return null;
  return (
    <p class="error" id={`${id}-error`}>
      <span class="unseen">{sayIn(FURNITURE, frame.language)("errorBefore")} </span>
      {error}
    </p>
  );
}

/** What went wrong, first on the page and with the focus, each with a link to where it is put right. */
export function ErrorSummary({ frame, errors }: { frame: Frame; errors: readonly { field?: string; text: string }[] }) {
  if (errors.length === 0) return null;
  return (
    // With the focus: after a refusal its reason is what has to be read first.
    <section class="summary" aria-labelledby="error-summary" tabindex={-1} autofocus>
      <h2 id="error-summary">{sayIn(FURNITURE, frame.language)("errorSummary")}</h2>
      <ul>
        {errors.map(({ field, text }) => (
          <li key={text}>{field === undefined ? text : <a href={`#${field}`}>{text}</a>}</li>
        ))}
      </ul>
    </section>
  );
}

/** Something good to know that is no error. */
export function Notice({ children }: { children: ComponentChildren }) {
  return (
    <p class="notice" role="status">
      {children}
    </p>
  );
}

/** How far it is. It never tells how many proofs an account needs. */
export function Steps({ frame, names, current }: { frame: Frame; names: readonly string[]; current: number }) {
  const name = names[current - 1] ?? "";
  return (
    <div class="steps">
      <p>{sayIn(FURNITURE, frame.language)("step", { number: current, count: names.length, name })}</p>
      <div class="bars" aria-hidden="true">
        {names.map((step, index) => (
          <span key={step} class={index < current ? "past" : ""} />
        ))}
      </div>
    </div>
  );
}
