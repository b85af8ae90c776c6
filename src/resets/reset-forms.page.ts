import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { type Clock, SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { MOST_ANSWERS } from "../methods/security-answer-verifier.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { readWay } from "../pages/ways.page.tsx";
import type { Limits } from "../throttle/limits.ts";
import { formFields, inFlow, turn, unlessOver } from "./flow-form.page.ts";
import { type Note, waitReason } from "./page-notes.ts";
import { registerPasswordForm } from "./password-form.page.ts";
import type { RequestChallenge } from "./request-challenge.ts";
import { forgetReset, resetHolder } from "./reset-cookie.page.ts";
import type { SetPassword } from "./set-password.ts";
import type { VerifyCode } from "./verify-code.ts";
import type { CancelReset, ReadFlow } from "./view-reset.ts";

export interface ResetForms {
  readonly pages: Pages;
  readonly readFlow: ReadFlow;
  readonly requestChallenge: RequestChallenge;
  readonly verifyCode: VerifyCode;
  readonly setPassword: SetPassword;
  readonly cancelReset: CancelReset;
  readonly clock: Clock;
  readonly limits: Limits;
}

const MethodBody = Type.Object(
  { ...formFields, way: Type.Optional(Type.String({ maxLength: 200 })), again: Type.Optional(Type.Literal("yes")) },
  exact,
);
const CodeBody = Type.Object({ ...formFields, code: Type.String({ maxLength: 64 }) }, exact);
const answerPairs = Array.from({ length: MOST_ANSWERS }, (_, index) => [
  [`question${index}`, Type.Optional(Type.String({ pattern: "^[\\w-]{1,100}$" }))],
  [`answer${index}`, Type.Optional(Type.String({ maxLength: 400 }))],
]).flat();
const AnswersBody = Type.Object({ ...formFields, ...(Object.fromEntries(answerPairs) as Record<string, typeof formFields.flow>) }, exact);
const CancelBody = Type.Object({ _csrf: formFields._csrf, flow: Type.Optional(formFields.flow) }, exact);

/** The forms of a running reset. Each does one thing and leads to the page that shows where the reset stands now. */
export function registerResetForms(app: Server, deps: ResetForms): void {
  registerMethodForm(app, deps);
  registerCodeForm(app, deps);
  registerAnswersForm(app, deps);
  registerPasswordForm(app, deps);
  app.post("/reset/cancel", { schema: { hide: true, body: CancelBody } }, async (request, reply) => {
    const holder = resetHolder(request);
    forgetReset(reply);
    // What is over already needs no ending.
    if (holder !== null) await deps.cancelReset(holder).catch(unlessOver);
    return turn(reply, null);
  });
}

function registerMethodForm(app: Server, deps: ResetForms): void {
  app.post("/reset/method", { schema: { hide: true, body: MethodBody } }, (request, reply) =>
    inFlow(deps, request, reply, request.body.flow, async (holder, flow) => {
      const { way: value, again } = request.body;
      if (value === undefined) return turn(reply, { kind: "way-missing" }, "/reset/another-way");
      const way = readWay(value);
      if (way === null) throw new Problem("invalid-request");
      try {
        await deps.requestChallenge(holder, way, { ...requestOrigin(request), language: deps.pages.frame(request, reply).language });
        return turn(reply, again === undefined ? null : { kind: "resent" });
      } catch (error) {
        const note = waitNote(deps, error, (waitMs) => waitReason(flow, { challenge: way.method }, waitMs, deps.limits));
        return turn(reply, note, flow.challenge?.method === way.method ? "/reset" : "/reset/another-way");
      }
    }),
  );
}

function registerCodeForm(app: Server, deps: ResetForms): void {
  app.post("/reset/code", { schema: { hide: true, body: CodeBody } }, (request, reply) =>
    inFlow(deps, request, reply, request.body.flow, async (holder, flow) => {
      const { code } = request.body;
      // A second click came after the first one had passed the gate: the page shows what is next.
      if (flow.challenge === undefined) return turn(reply, null);
      if (code.trim() === "") return turn(reply, { kind: "code-missing" });
      try {
        await deps.verifyCode(holder, flow.challenge.id, { code });
        return turn(reply, null);
      } catch (error) {
        if (error instanceof Problem && error.code === "code-rejected") return turn(reply, { kind: "code-rejected" });
        const note = waitNote(deps, error, (waitMs) => waitReason(flow, { verify: true }, waitMs, deps.limits));
        return turn(reply, note);
      }
    }),
  );
}

function registerAnswersForm(app: Server, deps: ResetForms): void {
  app.post("/reset/answers", { schema: { hide: true, body: AnswersBody } }, (request, reply) =>
    inFlow(deps, request, reply, request.body.flow, async (holder, flow) => {
      const { challenge } = flow;
      if (challenge === undefined) return turn(reply, null);
      const answers = answersOf(request.body);
      if (Object.values(answers).some((answer) => answer.trim() === "")) return turn(reply, { kind: "answer-missing" });
      try {
        await deps.verifyCode(holder, challenge.id, { answers });
        return turn(reply, null);
      } catch (error) {
        if (error instanceof Problem && error.code === "code-rejected") return turn(reply, { kind: "code-rejected" });
        return turn(
          reply,
          waitNote(deps, error, (waitMs) => waitReason(flow, { verify: true }, waitMs, deps.limits)),
        );
      }
    }),
  );
}

/** By the id of the question. */
function answersOf(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const answers: Record<string, string> = {};
  for (let index = 0; index < MOST_ANSWERS; index++) {
    const id = fields[`question${index}`];
    if (id !== undefined) answers[id] = fields[`answer${index}`] ?? "";
  }
  return answers;
}

function waitNote({ clock }: ResetForms, error: unknown, reason: (waitMs: number) => ReturnType<typeof waitReason>): Note {
  if (!(error instanceof Problem) || error.code !== "too-many-attempts") throw error;
  const waitMs = (error.retryAfter ?? 1) * SECOND;
  return { kind: "wait", reason: reason(waitMs), until: clock.now() + waitMs };
}
