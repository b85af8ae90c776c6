import { Field } from "./forms.page.tsx";
import type { Frame } from "./frame.ts";
import { PROOF_WORDS } from "./proof-words.ts";
import { sayIn } from "./words.ts";

/** A rule in the person's language. `rule` and `value` for the script that marks it as it is typed. */
export interface RuleShown {
  readonly text: string;
  readonly rule: string;
  readonly value?: number;
}

interface NewPasswordProps {
  readonly frame: Frame;
  readonly rules: readonly RuleShown[];
  /** What is wrong with each field. */
  readonly password: string | undefined;
  readonly confirm: string | undefined;
}

const LENGTHS: readonly string[] = ["min-length", "max-length"];

/** A new password, twice, with its rules said before it is chosen; the server is the judge. Goes with `password-form.js`. */
export function NewPassword({ frame, rules, password, confirm }: NewPasswordProps) {
  const say = sayIn(PROOF_WORDS, frame.language);
  return (
    <>
      <Rules frame={frame} rules={rules} />
      <Field
        frame={frame}
        id="new-password"
        name="newPassword"
        type="password"
        label={say("newPassword")}
        error={password}
        autocomplete="new-password"
        describedBy={["rules"]}
      />
      <Field
        frame={frame}
        id="confirm-password"
        name="confirmPassword"
        type="password"
        label={say("confirmPassword")}
        error={confirm}
        autocomplete="new-password"
        describedBy={["match"]}
      />
      <p class="hint" id="match" role="status" data-match={say("matches")} data-no-match={say("matchesNot")} />
      <ShowPasswords frame={frame} />
    </>
  );
}

/** Beside the new password, so that a password manager changes the right entry (security.md P05). */
export function PasswordAccount({ frame, name }: { frame: Frame; name: string }) {
  return (
    <p class="account">
      <label for="account">{sayIn(PROOF_WORDS, frame.language)("passwordFor")}</label>
      <input id="account" class="account-name" type="text" name="username" autocomplete="username" value={name} readOnly />
    </p>
  );
}

/** Shown by the script that makes it work. */
function ShowPasswords({ frame }: { frame: Frame }) {
  const fields = "new-password confirm-password";
  return (
    <button type="button" class="as-link toggle" aria-pressed="false" aria-controls={fields} data-toggle-passwords hidden>
      {sayIn(PROOF_WORDS, frame.language)("showPassword")}
    </button>
  );
}

function Rules({ frame, rules }: { frame: Frame; rules: readonly RuleShown[] }) {
  const say = sayIn(PROOF_WORDS, frame.language);
  return (
    <div class="rules" id="rules">
      <p>{say("rulesTitle")}</p>
      <ul>
        {rules.map(({ text, rule, value }) => (
          <li key={rule} {...(LENGTHS.includes(rule) ? { "data-rule": rule, "data-value": value } : {})}>
            {text}
            <span class="unseen" data-met={say("ruleMet")} />
          </li>
        ))}
      </ul>
      <p class="hint">{say("rulesTip")}</p>
    </div>
  );
}
