import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { type Clock, SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { MethodType } from "../methods/method.ts";
import { leaveNote } from "../pages/cookies.page.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import type { DueInterrupts, Interrupt } from "../sign-in/interrupts.ts";
import type { AddMethod } from "./add-method.ts";
import type { ChangeMethod, RemoveMethod } from "./change-method.ts";
import type { Person } from "./owner-act.ts";
import type { InfoNote } from "./page-notes.ts";
import type { ResendCode, VerifyMethod } from "./verify-method.ts";
import type { ConfirmSecurityInfo, ListQuestions, ReadSecurityInfo } from "./view-security-info.ts";

/** What these pages need of signing in. */
export interface PageSessions {
  /** The person of this browser, whose session is kept on; `null` when there is none, or a change of the password comes first. */
  person(request: FastifyRequest, reply: FastifyReply): Promise<Person | null>;
  /** Leads to where somebody without a session, or with a password to change, has to go. */
  away(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Leads to a fresh proof, and then to the page that asked for it. @param problem `reauthentication-required` */
  askProof(request: FastifyRequest, reply: FastifyReply, problem: Problem, person: Person): FastifyReply;
}

export interface SecurityInfoPages {
  readonly pages: Pages;
  readonly sessions: PageSessions;
  readonly clock: Clock;
  readonly readSecurityInfo: ReadSecurityInfo;
  readonly confirmSecurityInfo: ConfirmSecurityInfo;
  readonly listQuestions: ListQuestions;
  readonly addMethod: AddMethod;
  readonly verifyMethod: VerifyMethod;
  readonly resendCode: ResendCode;
  readonly changeMethod: ChangeMethod;
  readonly removeMethod: RemoveMethod;
  /** @throws {Problem} `reauthentication-required` */
  readonly demandProof: (person: Person) => Promise<unknown>;
  /** What the person may still register, and how many different kinds count already. */
  readonly offer: (person: Person) => Promise<{ readonly types: readonly MethodType[]; readonly kinds: number }>;
  readonly due: (person: Person) => Promise<DueInterrupts>;
  readonly skip: (person: Person, interrupt: Interrupt) => Promise<unknown>;
}

export const HOME = "/security-info";
export const csrf = { _csrf: Type.String({ maxLength: 200 }) };

/** Runs an act of the signed-in person. What it cannot do leads on: to sign in, to a fresh proof, or back with a word of why. */
export async function withPerson(
  deps: SecurityInfoPages,
  request: FastifyRequest,
  reply: FastifyReply,
  act: (person: Person) => Promise<FastifyReply>,
  back = HOME,
): Promise<FastifyReply> {
  const { sessions, clock } = deps;
  const person = await sessions.person(request, reply);
  if (person === null) return sessions.away(request, reply);
  try {
    return await act(person);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "reauthentication-required") return sessions.askProof(request, reply, error, person);
    if (error.code === "unauthenticated") return sessions.away(request, reply);
    const note = refusal(error, clock.now());
    if (note === null) throw error;
    return turn(reply, note, note.kind === "gone" ? HOME : back);
  }
}

const CONFLICTS: Readonly<Record<string, InfoNote["kind"]>> = {
  "below-minimum": "below-minimum",
  "too-many-methods": "too-many",
  "already-registered": "duplicate",
  "cannot-be-sent": "cannot-send",
  "nothing-to-verify": "gone",
  "no-value": "gone",
  "recovery-frozen": "frozen",
};

function refusal(error: Problem, now: number): InfoNote | null {
  if (error.code === "too-many-attempts") return { kind: "wait", until: now + (error.retryAfter ?? 1) * SECOND };
  if (error.code === "not-found") return { kind: "gone" };
  if (error.code === "code-rejected") return { kind: "code-rejected" };
  const kind = error.code === "conflict" ? CONFLICTS[String(error.extensions.reason)] : undefined;
  return kind === undefined ? null : ({ kind } as InfoNote);
}

/** Post, redirect, get: always 303. */
export function turn(reply: FastifyReply, note: InfoNote | null, path = HOME): FastifyReply {
  if (note !== null) leaveNote(reply, note);
  return reply.redirect(path, 303);
}
