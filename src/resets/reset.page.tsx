import type { FastifyReply, FastifyRequest } from "fastify";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import type { SecurityAnswerVerifier } from "../methods/security-answer-verifier.ts";
import type { SecurityQuestion } from "../methods/security-questions.ts";
import { takeNote } from "../pages/cookies.page.ts";
import type { Frame } from "../pages/frame.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { isCodeMethod } from "../pages/ways.page.tsx";
import { sayIn, waitWords } from "../pages/words.ts";
import type { Limits } from "../throttle/limits.ts";
import { ChoosePage } from "./choose.page.tsx";
import { CodePage } from "./code.page.tsx";
import { unlessOver } from "./flow-form.page.ts";
import { DonePage, OverPage, SettingPage, StuckPage, UsedUpPage } from "./last.page.tsx";
import { type NotMePages, registerNotMePages } from "./not-me.page.tsx";
import { notSentOf } from "./not-sent.ts";
import { type Note, readNote } from "./page-notes.ts";
import { RESET_WORDS } from "./page-words.ts";
import { PasswordPage } from "./password.page.tsx";
import { QuestionsPage } from "./questions.page.tsx";
import { resetHolder } from "./reset-cookie.page.ts";
import { type ResetForms, registerResetForms } from "./reset-forms.page.ts";
import type { Progress, ReadProgress } from "./reset-progress.ts";
import { StartPage } from "./start.page.tsx";
import { registerStartForm, type StartForm } from "./start-form.page.tsx";

export interface ResetPages extends ResetForms, StartForm, NotMePages {
  readonly pages: Pages;
  readonly readProgress: ReadProgress;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly codeDigits: number;
  readonly questionsOf: SecurityAnswerVerifier["questionsOf"];
}

type Choose = Extract<Progress, { step: "choose" }>;

const hidden = { schema: { hide: true } };

/**
 * `/reset` and what belongs to it. One address shows where the reset stands, whatever it is; each form has its own, changes one thing
 * and leads back there (303), so that nothing is sent twice by a reload. No id, token or name is ever part of an address.
 */
export function registerResetPages(app: Server, deps: ResetPages): void {
  app.get("/reset", hidden, (request, reply) => show(deps, request, reply, false));
  app.get("/reset/another-way", hidden, (request, reply) => show(deps, request, reply, true));
  // For the script of a page that may tell it: whether the code that is waited for could not be sent.
  app.get("/reset/not-sent", hidden, async (request) => ({ notSent: await couldNotSend(deps, request) }));
  // Where a form was sent to and somebody comes back by hand.
  for (const form of ["method", "code", "answers", "password", "cancel"])
    app.get(`/reset/${form}`, hidden, (_, reply) => reply.redirect("/reset", 303));
  registerStartForm(app, deps);
  registerResetForms(app, deps);
  registerNotMePages(app, deps);
}

async function show(deps: ResetPages, request: FastifyRequest, reply: FastifyReply, otherWay: boolean): Promise<FastifyReply> {
  const { pages } = deps;
  const frame = pages.frame(request, reply);
  const holder = resetHolder(request);
  if (holder === null) return pages.show(reply, <StartPage frame={frame} />);
  const progress = await deps.readProgress(holder);
  const note = readNote(takeNote(request, reply));
  if (progress.step === "choose") {
    const questions = otherWay ? [] : await questionsFor(deps, frame, progress);
    const page =
      questions.length > 0 ? questionsPage(deps, frame, progress, note, questions) : proofPage(deps, frame, progress, note, otherWay);
    return pages.show(reply, page);
  }
  if (otherWay) return reply.redirect("/reset", 303);
  return pages.show(reply, lastPage(frame, progress, note));
}

/** The questions to answer, where those were chosen; none otherwise. */
async function questionsFor(
  { questionsOf }: ResetPages,
  frame: Frame,
  { flow, proved, code }: Choose,
): Promise<readonly SecurityQuestion[]> {
  if (!proved || code?.method !== "securityQuestions" || code.methodId === undefined || flow.userId === undefined) return [];
  return questionsOf(flow.userId, code.methodId, frame.language);
}

function questionsPage(
  { clock }: ResetPages,
  frame: Frame,
  { flow, front }: Choose,
  note: Note | null,
  questions: readonly SecurityQuestion[],
) {
  const fault = note?.kind === "answer-missing" ? "answerMissing" : note?.kind === "code-rejected" ? "answersRejected" : undefined;
  const { trouble } = noteWords(frame, note, clock.now());
  return <QuestionsPage frame={frame} flow={flow} front={front} questions={questions} fault={fault} trouble={trouble} />;
}

/** False where there is no reset any more too: the page finds out when it is drawn anew. */
async function couldNotSend({ readFlow }: ResetPages, request: FastifyRequest): Promise<boolean> {
  const holder = resetHolder(request);
  const flow = holder === null ? null : await readFlow(holder).catch(unlessOver);
  return flow ? notSentOf(flow) !== null : false;
}

function lastPage(frame: Frame, progress: Exclude<Progress, Choose>, note: Note | null) {
  switch (progress.step) {
    case "password":
      if (note?.kind === "passwords-used-up") return <UsedUpPage {...progress} frame={frame} />;
      return <PasswordPage {...progress} frame={frame} refused={note?.kind === "password" ? note : null} />;
    case "stuck":
      return <StuckPage {...progress} frame={frame} />;
    case "setting":
      return <SettingPage frame={frame} />;
    case "done":
      return <DonePage frame={frame} told={progress.told} />;
    case "over":
      return <OverPage frame={frame} />;
  }
}

/** The code that was asked for, or the choice of a way. What a note says about another step is not said. */
function proofPage(deps: ResetPages, frame: Frame, progress: Choose, note: Note | null, otherWay: boolean) {
  const { clock, limits, codeDigits } = deps;
  const { flow, front, proved, ways, code } = progress;
  const now = clock.now();
  const step = { frame, flow, front };
  const words = noteWords(frame, note, now);
  const notSent = code?.notSent === true ? sayIn(RESET_WORDS, frame.language)("notSent") : null;
  if (code === null || otherWay || !isCodeMethod(code.method))
    return (
      <ChoosePage
        {...step}
        proved={proved}
        ways={ways}
        hasCode={code !== null}
        missing={note?.kind === "way-missing"}
        notice={words.any ?? notSent}
      />
    );
  return (
    <CodePage
      {...step}
      method={code.method}
      code={code}
      codeDigits={codeDigits}
      now={now}
      usedUp={code.tries >= (limits.triesOfCode[0]?.limit ?? 0)}
      fault={note?.kind === "code-missing" ? "codeMissing" : note?.kind === "code-rejected" ? "codeRejected" : undefined}
      trouble={words.trouble}
      notice={words.notice}
    />
  );
}

/** A note as a sentence: as trouble where something did not work, as a notice where it is only good to know. */
function noteWords(frame: Frame, note: Note | null, now: number): { trouble?: string; notice: string | null; any: string | null } {
  const say = sayIn(RESET_WORDS, frame.language);
  if (note?.kind === "resent") return { notice: say("resent"), any: null };
  if (note?.kind === "other-reset") return { notice: say("otherReset"), any: say("otherReset") };
  if (note?.kind !== "wait") return { notice: null, any: null };
  const values = { wait: waitWords(frame.language, note.until - now) };
  const text = {
    "resend-too-soon": say("resendTooSoon", values),
    "codes-used-up": say("codesUsedUp"),
    "tries-used-up": say("triesUsedUp"),
    "way-closed": say("wayClosed", values),
    busy: say("busy", values),
  }[note.reason];
  return note.reason === "resend-too-soon" ? { notice: text, any: text } : { trouble: text, notice: null, any: text };
}
