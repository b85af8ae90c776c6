import { ErrorSummary, Form } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import { Icon } from "../pages/icons.page.tsx";
import { Layout } from "../pages/layout.page.tsx";
import { NewPassword, PasswordAccount, type RuleShown } from "../pages/new-password.page.tsx";
import { sayIn, waitWords } from "../pages/words.ts";
import { passwordRules } from "../passwords/password-rules.ts";
import { PASSWORD_WORDS } from "../passwords/password-words.ts";
import type { Account } from "../users/account.ts";
import type { LinkNote } from "./link-note.ts";
import { LINK_WORDS } from "./link-words.ts";

interface SetByLinkProps {
  readonly frame: Frame;
  readonly account: Account;
  readonly note: LinkNote | null;
  readonly now: number;
}

/** The rules are said before the password is chosen; script marks them as it is typed, the server is the judge. */
export function SetByLinkPage({ frame, account, note, now }: SetByLinkProps) {
  const say = sayIn(LINK_WORDS, frame.language);
  const { password, confirm, trouble } = troubles(frame, note, now);
  const errors = [
    ...(password === undefined ? [] : [{ field: "new-password", text: password }]),
    ...(confirm === undefined ? [] : [{ field: "confirm-password", text: confirm }]),
    ...(trouble === undefined ? [] : [{ text: trouble }]),
  ];
  return (
    <Layout
      frame={frame}
      title={say("title")}
      scripts={["submit-once.js", "password-form.js"]}
      hasError={errors.length > 0}
      helpDesk={account.tenant.policy.helpdesk}
    >
      <ErrorSummary frame={frame} errors={errors} />
      <h1>{say("title")}</h1>
      <p>{errors.length === 0 ? say("intro", { organisation: account.tenant.name }) : say("again")}</p>
      <Form frame={frame} action="/new-password" id="password">
        <PasswordAccount frame={frame} name={account.userPrincipalName} />
        <NewPassword frame={frame} rules={rulesFor(frame, account)} password={password} confirm={confirm} />
        <button type="submit" class="button">
          {say("save")}
        </button>
      </Form>
    </Layout>
  );
}

export function LinkSetPage({ frame }: { frame: Frame }) {
  const say = sayIn(LINK_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("setTitle")}>
      <div class="good">
        <Icon name="done" large />
      </div>
      <h1>{say("setTitle")}</h1>
      <p>{say("setText")}</p>
      <p>
        <a class="button" href="/sign-in">
          {say("signIn")}
        </a>
      </p>
    </Layout>
  );
}

export function LinkGonePage({ frame }: { frame: Frame }) {
  const say = sayIn(LINK_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("goneTitle")}>
      <Icon name="clock" large />
      <h1>{say("goneTitle")}</h1>
      <p>{say("goneText")}</p>
    </Layout>
  );
}

function rulesFor({ language }: Frame, { tenant }: Account): RuleShown[] {
  const say = sayIn(PASSWORD_WORDS, language);
  return passwordRules(tenant.policy.passwords).map(({ rule, value }) => {
    const shown = value === undefined ? {} : { value };
    return { rule, text: say(`rule.${rule}`, shown), ...shown };
  });
}

/** The note as sentences, each at the field that it is about. A code without words is no code of ours: the note came from a cookie. */
function troubles(frame: Frame, note: LinkNote | null, now: number): { password?: string; confirm?: string; trouble?: string } {
  const say = sayIn(LINK_WORDS, frame.language);
  if (note?.kind === "link-wait") return { trouble: say("tooMany", { wait: waitWords(frame.language, note.until - now) }) };
  if (note?.kind !== "link-password") return {};
  const words: Readonly<Record<string, string>> = PASSWORD_WORDS[frame.language];
  const sentences = (kind: string, codes: readonly string[]) => codes.map((code) => words[`${kind}.${code}`] ?? "").filter(Boolean);
  const reasons = sentences("reason", note.reasons);
  if (reasons.length > 0) return { password: [say("passwordRefused"), ...reasons, ...sentences("advice", note.guidance)].join(" ") };
  if (note.faults.includes("password-missing")) return { password: say("passwordMissing") };
  if (note.faults.includes("confirm-missing")) return { confirm: say("confirmMissing") };
  return note.faults.includes("mismatch") ? { confirm: say("mismatch") } : {};
}
