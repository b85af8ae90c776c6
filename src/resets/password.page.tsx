import { Form } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import { NewPassword, PasswordAccount, type RuleShown } from "../pages/new-password.page.tsx";
import { sayIn } from "../pages/words.ts";
import type { PasswordRule } from "../passwords/password-rules.ts";
import { PASSWORD_WORDS } from "../passwords/password-words.ts";
import type { Note } from "./page-notes.ts";
import { RESET_WORDS, type ResetWordKey } from "./page-words.ts";
import { flowOfForm, StepFrame, type StepProps } from "./step-frame.page.tsx";

export type PasswordNote = Extract<Note, { kind: "password" }>;

interface PasswordProps extends StepProps {
  readonly userPrincipalName: string;
  readonly rules: readonly PasswordRule[];
  readonly refused: PasswordNote | null;
}

/** Last step: the new password. Its rules are said before it is chosen; script marks them as it is typed, the server is the judge. */
export function PasswordPage({ userPrincipalName, rules, refused, ...step }: PasswordProps) {
  const { frame, flow } = step;
  const say = sayIn(RESET_WORDS, frame.language);
  const { summary, password, confirm } = faultsOf(frame, refused);
  const errors = [
    ...(summary === undefined ? [] : [{ field: "new-password", text: summary }]),
    ...(confirm === undefined ? [] : [{ field: "confirm-password", text: confirm }]),
  ];
  return (
    <StepFrame {...step} title="passwordTitle" current={3} errors={errors} scripts={["password-form.js"]}>
      <p>{say(refused === null ? "passwordIntro" : "passwordAgain")}</p>
      <Form frame={frame} action="/reset/password" id="password" hidden={flowOfForm(flow)}>
        <PasswordAccount frame={frame} name={userPrincipalName} />
        <NewPassword frame={frame} rules={rulesShown(frame, rules)} password={password} confirm={confirm} />
        <button type="submit" class="button">
          {say("savePassword")}
        </button>
      </Form>
    </StepFrame>
  );
}

function rulesShown({ language }: Frame, rules: readonly PasswordRule[]): RuleShown[] {
  const say = sayIn(PASSWORD_WORDS, language);
  return rules.map(({ rule, value }) => {
    const shown = value === undefined ? {} : { value };
    return { rule, text: say(`rule.${rule}`, shown), ...shown };
  });
}

const FORM_FAULTS = {
  "password-missing": "passwordMissing",
  "confirm-missing": "confirmMissing",
  mismatch: "mismatch",
} as const satisfies Record<string, ResetWordKey>;

export type FormFault = keyof typeof FORM_FAULTS;

interface Faults {
  readonly summary?: string | undefined;
  readonly password?: string | undefined;
  readonly confirm?: string | undefined;
}

/** The reasons in the summary; reasons and advice at the field that they are about. */
function faultsOf(frame: Frame, refused: PasswordNote | null): Faults {
  if (refused === null) return {};
  const say = sayIn(RESET_WORDS, frame.language);
  const words: Readonly<Record<string, string>> = PASSWORD_WORDS[frame.language];
  // A code without words is no code of ours: the note came from a cookie.
  const sentences = (kind: string, codes: readonly string[]) => codes.map((code) => words[`${kind}.${code}`] ?? "").filter(Boolean);
  const reasons = sentences("reason", refused.reasons);
  const form = (Object.keys(FORM_FAULTS) as FormFault[]).filter((fault) => refused.faults.includes(fault));
  const [confirm] = form.filter((fault) => fault !== "password-missing").map((fault) => say(FORM_FAULTS[fault]));
  if (form.includes("password-missing")) return { summary: say("passwordMissing"), password: say("passwordMissing"), confirm };
  if (reasons.length === 0) return { confirm };
  return {
    summary: [say("passwordRefused"), ...reasons].join(" "),
    password: [...reasons, ...sentences("advice", refused.guidance)].join(" "),
    confirm,
  };
}
