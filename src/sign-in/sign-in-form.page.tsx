import { ErrorSummary, Field, Form, Notice } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import { Layout } from "../pages/layout.page.tsx";
import { sayIn } from "../pages/words.ts";
import { SIGN_IN_WORDS } from "./page-words.ts";

export interface SignInFormProps {
  readonly frame: Frame;
  /** What was typed, where it was refused. It is on this page only, never in a cookie or an address. */
  readonly typed?: string;
  readonly nameMissing?: boolean;
  readonly passwordMissing?: boolean;
  /** What went wrong otherwise: a sentence. */
  readonly trouble?: string | undefined;
  readonly notice?: string | undefined;
}

/** User name and password in one form, as password managers expect them. */
export function SignInForm({ frame, typed = "", nameMissing = false, passwordMissing = false, trouble, notice }: SignInFormProps) {
  const say = sayIn(SIGN_IN_WORDS, frame.language);
  const errors = [
    ...(nameMissing ? [{ field: "user-name", text: say("userNameMissing") }] : []),
    ...(passwordMissing ? [{ field: "password", text: say("passwordMissing") }] : []),
    ...(trouble === undefined ? [] : [{ field: "password", text: trouble }]),
  ];
  return (
    <Layout
      frame={frame}
      title={say("signInTitle")}
      scripts={["submit-once.js"]}
      hasError={errors.length > 0}
      {...(errors.length === 0 ? {} : { languageForm: "sign-in" })}
    >
      <ErrorSummary frame={frame} errors={errors} />
      {notice !== undefined && <Notice>{notice}</Notice>}
      <h1>{say("signInTitle")}</h1>
      <p>{say("signInIntro")}</p>
      <Form frame={frame} action="/sign-in" id="sign-in">
        <Field
          frame={frame}
          id="user-name"
          name="userPrincipalName"
          label={say("userName")}
          hint={say("userNameHint")}
          error={nameMissing ? say("userNameMissing") : undefined}
          autocomplete="username"
          inputmode="email"
          value={typed}
        />
        <Field
          frame={frame}
          id="password"
          name="password"
          type="password"
          label={say("password")}
          error={passwordMissing ? say("passwordMissing") : undefined}
          autocomplete="current-password"
        />
        <button type="submit" class="button">
          {say("signIn")}
        </button>
        {/* Takes the typed name along in the body of a form: it is never part of an address. */}
        <p class="quiet">
          <button type="submit" class="as-link" formaction="/sign-in/forgot" formnovalidate>
            {say("forgot")}
          </button>
        </p>
      </Form>
      <p class="quiet">
        <a href="/user-name">{say("nameForgotten")}</a>
      </p>
    </Layout>
  );
}
