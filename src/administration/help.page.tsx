import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { ErrorSummary, Field, FieldError, Form, Notice } from "../pages/forms.page.tsx";
import type { Frame, HelpDesk } from "../pages/frame.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { Icon } from "../pages/icons.page.tsx";
import { Layout } from "../pages/layout.page.tsx";
import { sayIn, waitWords } from "../pages/words.ts";
import type { WorkChallenge } from "../throttle/proof-of-work.ts";
import { domainOf } from "../users/user-principal-name.ts";
import type { AskForHelp } from "./ask-for-help.ts";
import { HELP_WORDS } from "./help-words.ts";

export interface HelpPages {
  readonly pages: Pages;
  readonly askForHelp: AskForHelp;
  /** The help desk of the organisation that has a domain, and of nobody's domain none. One statement. */
  readonly helpDeskOf: (domain: string) => Promise<HelpDesk>;
}

const PATH = "/help";
const LONGEST = 500;
const Body = Type.Object(
  {
    _csrf: Type.String({ maxLength: 200 }),
    userPrincipalName: Type.String({ maxLength: 320 }),
    /** A browser counts a new line as one character and sends two; what is too long is told on the page. */
    message: Type.Optional(Type.String({ maxLength: 8 * LONGEST })),
    /** The ticket of a wait, where one was asked for. */
    proofOfWork: Type.Optional(Type.String({ maxLength: 4000 })),
  },
  exact,
);
type Typed = Pick<Static<typeof Body>, "userPrincipalName" | "message">;

/** "Ask an administrator for help": the answer is a function of the organisation, whoever has the name. */
export function registerHelpPages(app: Server, { pages, askForHelp, helpDeskOf }: HelpPages): void {
  app.get(PATH, { schema: { hide: true } }, async (request, reply) =>
    pages.show(reply, <AskPage frame={pages.frame(request, reply)} typed={{ userPrincipalName: "" }} />),
  );
  app.post(PATH, { schema: { hide: true, body: Body } }, async (request, reply) => {
    const { proofOfWork } = request.body;
    const userPrincipalName = request.body.userPrincipalName.trim();
    const message = (request.body.message ?? "").replaceAll("\r\n", "\n").trim();
    const frame = pages.frame(request, reply);
    const typed = { userPrincipalName, message };
    const faults = { missing: userPrincipalName === "", tooLong: message.length > LONGEST };
    if (faults.missing || faults.tooLong) return pages.show(reply, <AskPage frame={frame} typed={typed} {...faults} />, 422);
    try {
      await askForHelp(
        { ...typed, ...(proofOfWork === undefined ? {} : { proofOfWork }) },
        { ...requestOrigin(request), language: frame.language },
      );
    } catch (error) {
      return askToWait(pages, error, typed, request, reply);
    }
    return pages.show(reply, <SentPage frame={frame} helpDesk={await helpDeskOf(domainOf(userPrincipalName) ?? "")} />);
  });
}

/** Without a puzzle: a short wait does the same, and this page is for those with whom much has gone wrong already. */
function askToWait(pages: Pages, error: unknown, typed: Typed, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(error instanceof Problem) || error.code !== "proof-of-work-required") throw error;
  const { wait } = error.extensions.challenge as WorkChallenge;
  return pages.show(reply, <AskPage frame={pages.frame(request, reply)} typed={typed} wait={wait} />, error.status);
}

interface AskProps {
  readonly frame: Frame;
  readonly typed: Typed;
  readonly missing?: boolean;
  readonly tooLong?: boolean;
  readonly wait?: WorkChallenge["wait"];
}

function AskPage({ frame, typed, missing = false, tooLong = false, wait }: AskProps) {
  const say = sayIn(HELP_WORDS, frame.language);
  const hidden = wait === undefined ? {} : { proofOfWork: wait.ticket };
  const errors = [
    ...(missing ? [{ field: "user-name", text: say("userNameMissing") }] : []),
    ...(tooLong ? [{ field: "message", text: say("messageTooLong") }] : []),
  ];
  // It holds what was typed: another language must not lose it.
  const answered = errors.length > 0 || wait !== undefined;
  return (
    <Layout
      frame={frame}
      title={say("title")}
      scripts={["submit-once.js"]}
      hasError={errors.length > 0}
      {...(answered ? { languageForm: "help" } : {})}
    >
      <ErrorSummary frame={frame} errors={errors} />
      {wait !== undefined && <Notice>{say("wait", { wait: waitWords(frame.language, wait.seconds * SECOND) })}</Notice>}
      <h1>{say("title")}</h1>
      <p>{say("intro")}</p>
      <Form frame={frame} action={PATH} id="help" hidden={hidden}>
        <Field
          frame={frame}
          id="user-name"
          name="userPrincipalName"
          label={say("userName")}
          hint={say("userNameHint")}
          error={missing ? say("userNameMissing") : undefined}
          autocomplete="username"
          inputmode="email"
          value={typed.userPrincipalName}
        />
        <MessageField frame={frame} text={typed.message ?? ""} error={tooLong ? say("messageTooLong") : undefined} />
        <button type="submit" class="button">
          {say("send")}
        </button>
      </Form>
      <p class="quiet">
        <a href="/reset">{say("reset")}</a>
      </p>
    </Layout>
  );
}

function MessageField({ frame, text, error }: { frame: Frame; text: string; error: string | undefined }) {
  const say = sayIn(HELP_WORDS, frame.language);
  return (
    <div class={error === undefined ? "field" : "field invalid"}>
      <label for="message">{say("message")}</label>
      <p class="hint" id="message-hint">
        {say("messageHint")}
      </p>
      <FieldError frame={frame} id="message" error={error} />
      <textarea
        id="message"
        name="message"
        class="input lines"
        rows={4}
        aria-describedby={error === undefined ? "message-hint" : "message-hint message-error"}
        {...(error === undefined ? {} : { "aria-invalid": "true" })}
      >
        {text}
      </textarea>
    </div>
  );
}

function SentPage({ frame, helpDesk }: { frame: Frame; helpDesk: HelpDesk }) {
  const say = sayIn(HELP_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("sentTitle")} helpDesk={helpDesk}>
      <Icon name="message" large />
      <h1>{say("sentTitle")}</h1>
      <p>{say("sentText")}</p>
      <p>{say("sentSafe")}</p>
      <p>
        <a class="button" href="/reset">
          {say("reset")}
        </a>
      </p>
    </Layout>
  );
}
