import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { ErrorSummary, Field, Form, Notice } from "../pages/forms.page.tsx";
import type { Frame } from "../pages/frame.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { Icon } from "../pages/icons.page.tsx";
import { Layout } from "../pages/layout.page.tsx";
import { sayIn, waitWords } from "../pages/words.ts";
import type { WorkChallenge } from "../throttle/proof-of-work.ts";
import { SIGN_IN_WORDS } from "./page-words.ts";
import type { RemindUserName } from "./user-name-reminders.ts";

export interface UserNamePages {
  readonly pages: Pages;
  readonly remindUserName: RemindUserName;
}

const PATH = "/user-name";
const Body = Type.Object(
  {
    _csrf: Type.String({ maxLength: 200 }),
    emailOrPhone: Type.String({ maxLength: 320 }),
    /** The ticket of a wait, where one was asked for. */
    proofOfWork: Type.Optional(Type.String({ maxLength: 4000 })),
  },
  exact,
);

/** "I don't know my user name": the answer is the same for every address, and the message goes nowhere but there. */
export function registerUserNamePages(app: Server, { pages, remindUserName }: UserNamePages): void {
  app.get(PATH, { schema: { hide: true } }, async (request, reply) =>
    pages.show(reply, <AskPage frame={pages.frame(request, reply)} typed="" />),
  );
  app.post(PATH, { schema: { hide: true, body: Body } }, async (request, reply) => {
    const { proofOfWork } = request.body;
    const emailOrPhone = request.body.emailOrPhone.trim();
    const frame = pages.frame(request, reply);
    if (emailOrPhone === "") return pages.show(reply, <AskPage frame={frame} typed="" missing />, 422);
    const input = { emailOrPhone, ...(proofOfWork === undefined ? {} : { proofOfWork }) };
    try {
      await remindUserName(input, { ...requestOrigin(request), language: frame.language });
      return pages.show(reply, <SentPage frame={frame} />);
    } catch (error) {
      return askToWait(pages, error, emailOrPhone, request, reply);
    }
  });
}

/** Without a puzzle, unlike the start of a reset: nobody is locked out here, and a short wait does the same. */
function askToWait(pages: Pages, error: unknown, typed: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(error instanceof Problem) || error.code !== "proof-of-work-required") throw error;
  const { wait } = error.extensions.challenge as WorkChallenge;
  return pages.show(reply, <AskPage frame={pages.frame(request, reply)} typed={typed} wait={wait} />, error.status);
}

interface AskProps {
  readonly frame: Frame;
  readonly typed: string;
  readonly missing?: boolean;
  readonly wait?: WorkChallenge["wait"];
}

function AskPage({ frame, typed, missing = false, wait }: AskProps) {
  const say = sayIn(SIGN_IN_WORDS, frame.language);
  const error = missing ? say("nameMissing") : undefined;
  const hidden = wait === undefined ? {} : { proofOfWork: wait.ticket };
  return (
    <Layout frame={frame} title={say("nameTitle")} scripts={["submit-once.js"]} hasError={missing}>
      <ErrorSummary frame={frame} errors={error === undefined ? [] : [{ field: "address", text: error }]} />
      {wait !== undefined && <Notice>{say("nameWait", { wait: waitWords(frame.language, wait.seconds * SECOND) })}</Notice>}
      <h1>{say("nameTitle")}</h1>
      <p>{say("nameIntro")}</p>
      <Form frame={frame} action={PATH} hidden={hidden}>
        <Field
          frame={frame}
          id="address"
          name="emailOrPhone"
          label={say("nameField")}
          hint={say("nameHint")}
          error={error}
          autocomplete="email"
          value={typed}
        />
        <button type="submit" class="button">
          {say("nameSend")}
        </button>
      </Form>
    </Layout>
  );
}

function SentPage({ frame }: { frame: Frame }) {
  const say = sayIn(SIGN_IN_WORDS, frame.language);
  return (
    <Layout frame={frame} title={say("nameSentTitle")}>
      <Icon name="mail" large />
      <h1>{say("nameSentTitle")}</h1>
      <p>{say("nameSentText")}</p>
      <p>
        <a class="button" href="/reset">
          {say("goOn")}
        </a>
      </p>
    </Layout>
  );
}
