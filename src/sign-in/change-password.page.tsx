import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { type Clock, SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { takeNote } from "../pages/cookies.page.ts";
import { ErrorSummary, Field, Form } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { Icon } from "../pages/icons.page.tsx";
import { Layout } from "../pages/layout.page.tsx";
import { NewPassword, PasswordAccount } from "../pages/new-password.page.tsx";
import { sayIn, waitWords } from "../pages/words.ts";
import type { PasswordRule } from "../passwords/password-rules.ts";
import { PASSWORD_WORDS } from "../passwords/password-words.ts";
import type { Account } from "../users/account.ts";
import type { ChangePassword } from "./change-password.ts";
import type { PageSessions } from "./page-sessions.page.ts";
import { SIGN_IN_WORDS, type SignInWordKey } from "./page-words.ts";
import { signInAgain, turn } from "./proof-forms.page.tsx";
import type { SignedInPerson } from "./session-person.ts";
import { readSignInNote, type SignInNote } from "./sign-in-notes.ts";

export interface ChangePasswordPages {
  readonly pages: Pages;
  readonly sessions: PageSessions;
  readonly accountOf: (id: string) => Promise<Account>;
  readonly rulesOf: (account: Account) => readonly PasswordRule[];
  readonly changePassword: ChangePassword;
  readonly clock: Clock;
}

const PATH = "/change-password";
const Password = Type.String({ maxLength: 8192 });
const Body = Type.Object(
  {
    _csrf: Type.String({ maxLength: 200 }),
    currentPassword: Password,
    newPassword: Password,
    confirmPassword: Password,
    // For password managers only. Whose password it is says the session.
    username: Type.Optional(Type.String({ maxLength: 400 })),
  },
  exact,
);

/** `/change-password`, where `/.well-known/change-password` leads to (W3C), and where sign-in leads when a change is due. */
export function registerChangePasswordPages(app: Server, deps: ChangePasswordPages): void {
  const { pages, clock } = deps;
  app.get(PATH, { schema: { hide: true } }, (request, reply) =>
    inSession(deps, request, reply, async ({ id, session }) => {
      const note = readSignInNote(takeNote(request, reply));
      const frame = pages.frame(request, reply);
      if (note?.kind === "changed") return pages.show(reply, <ChangedPage frame={frame} />);
      const account = await deps.accountOf(id);
      const about = {
        userPrincipalName: account.userPrincipalName,
        rules: deps.rulesOf(account),
        due: session.limit === "change-password",
      };
      return pages.show(reply, <ChangePage frame={frame} {...about} note={note} now={clock.now()} />);
    }),
  );
  app.post(PATH, { schema: { hide: true, body: Body } }, (request, reply) =>
    inSession(deps, request, reply, async (person) => {
      const { currentPassword, newPassword, confirmPassword } = request.body;
      const faults = formFaults(currentPassword, newPassword, confirmPassword);
      if (faults.length > 0) return turn(reply, { kind: "password", faults, reasons: [], guidance: [] }, PATH);
      try {
        await deps.changePassword(person, { currentPassword, newPassword }, requestOrigin(request));
        return turn(reply, { kind: "changed" }, PATH);
      } catch (error) {
        return turn(reply, refusal(error, clock.now()), PATH);
      }
    }),
  );
}

async function inSession(
  { sessions }: ChangePasswordPages,
  request: FastifyRequest,
  reply: FastifyReply,
  act: (person: SignedInPerson) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const person = await sessions.holder(request, reply);
  if (person === null) return signInAgain(reply);
  return person.session.limit === "registration" ? reply.redirect("/security-info", 303) : act(person);
}

const FORM_FAULTS = {
  "current-missing": "currentMissing",
  "current-wrong": "currentWrong",
  "password-missing": "passwordMissing",
  "confirm-missing": "confirmMissing",
  mismatch: "mismatch",
} as const satisfies Record<string, SignInWordKey>;
type FormFault = keyof typeof FORM_FAULTS;

function formFaults(current: string, password: string, confirmation: string): FormFault[] {
  const faults: FormFault[] = current === "" ? ["current-missing"] : [];
  if (password === "") return [...faults, "password-missing"];
  if (confirmation === "") return [...faults, "confirm-missing"];
  // The same text in two Unicode writings is one password: it is hashed in NFC (NIST SP 800-63B-4 §3.1.1.2).
  return password.normalize("NFC") === confirmation.normalize("NFC") ? faults : [...faults, "mismatch"];
}

function refusal(error: unknown, now: number): SignInNote {
  if (!(error instanceof Problem)) throw error;
  if (error.code === "too-many-attempts") return { kind: "wait", until: now + (error.retryAfter ?? 1) * SECOND };
  if (error.code === "sign-in-failed") return { kind: "password", faults: ["current-wrong"], reasons: [], guidance: [] };
  if (error.code !== "password-rejected") throw error;
  const { reasons, guidance = [] } = error.extensions as { reasons: string[]; guidance?: string[] };
  return { kind: "password", faults: [], reasons: [...reasons], guidance: [...guidance] };
}

interface ChangeProps {
  readonly frame: Frame;
  readonly userPrincipalName: string;
  readonly rules: readonly PasswordRule[];
  /** A change is due: nothing else is open. */
  readonly due: boolean;
  readonly note: SignInNote | null;
  readonly now: number;
}

function ChangePage({ frame, userPrincipalName, rules, due, note, now }: ChangeProps) {
  const say = sayIn(SIGN_IN_WORDS, frame.language);
  const { current, password, confirm, trouble } = troubles(frame, note, now);
  const at = (field: string, text: string | undefined) => (text === undefined ? [] : [{ field, text }]);
  const errors = [
    ...at("current-password", current),
    ...at("new-password", password),
    ...at("confirm-password", confirm),
    ...(trouble === undefined ? [] : [{ text: trouble }]),
  ];
  const sayRule = sayIn(PASSWORD_WORDS, frame.language);
  const shownRules = rules.map(({ rule, value }) => {
    const shown = value === undefined ? {} : { value };
    return { rule, text: sayRule(`rule.${rule}`, shown), ...shown };
  });
  return (
    <Layout frame={frame} title={say("changeTitle")} scripts={["submit-once.js", "password-form.js"]} hasError={errors.length > 0}>
      <ErrorSummary frame={frame} errors={errors} />
      <h1>{say("changeTitle")}</h1>
      <p>{say(due ? "changeDueIntro" : "changeIntro")}</p>
      <Form frame={frame} action={PATH} id="password">
        <PasswordAccount frame={frame} name={userPrincipalName} />
        <Field
          frame={frame}
          id="current-password"
          name="currentPassword"
          type="password"
          label={say("currentPassword")}
          error={current}
          autocomplete="current-password"
        />
        <NewPassword frame={frame} rules={shownRules} password={password} confirm={confirm} />
        <button type="submit" class="button">
          {say("change")}
        </button>
      </Form>
    </Layout>
  );
}

function ChangedPage({ frame }: { frame: Frame }) {
  const say = sayIn(SIGN_IN_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("changedTitle")}>
      <Icon name="done" large />
      <h1>{say("changedTitle")}</h1>
      <p>{say("changedText")}</p>
      <p>
        <a class="button" href="/security-info">
          {say("goOn")}
        </a>
      </p>
    </Layout>
  );
}

/** The note as sentences, each at the field that it is about. A code without words is no code of ours: the note came from a cookie. */
function troubles(frame: Frame, note: SignInNote | null, now: number) {
  const say = sayIn(SIGN_IN_WORDS, frame.language);
  if (note?.kind === "wait") return { trouble: say("tooMany", { wait: waitWords(frame.language, note.until - now) }) };
  if (note?.kind !== "password") return {};
  const words: Readonly<Record<string, string>> = PASSWORD_WORDS[frame.language];
  const sentences = (kind: string, codes: readonly string[]) => codes.map((code) => words[`${kind}.${code}`] ?? "").filter(Boolean);
  const reasons = sentences("reason", note.reasons);
  const first = (...faults: FormFault[]) => {
    const found = faults.find((fault) => note.faults.includes(fault));
    return found === undefined ? undefined : say(FORM_FAULTS[found]);
  };
  const refused = reasons.length === 0 ? undefined : [say("passwordRefused"), ...reasons, ...sentences("advice", note.guidance)].join(" ");
  return {
    current: first("current-missing", "current-wrong"),
    password: refused ?? first("password-missing"),
    confirm: first("confirm-missing", "mismatch"),
  };
}
