import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { type Clock, SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { leaveNote, takeNote } from "../pages/cookies.page.ts";
import type { Pages } from "../pages/hosted-pages.page.tsx";
import { readWay } from "../pages/ways.page.tsx";
import type { SignedIn } from "./finish-sign-in.ts";
import { ProofPage } from "./proof.page.tsx";
import type { ProofSteps } from "./proof-steps.ts";
import {
  forgetProof,
  forgetSession,
  keepProof,
  keepSession,
  type PendingProof,
  pendingProof,
  sessionToken,
} from "./sign-in-cookies.page.ts";
import { readSignInNote, type SignInNote } from "./sign-in-notes.ts";

export interface ProofForms {
  readonly pages: Pages;
  readonly proofs: ProofSteps;
  readonly clock: Clock;
  readonly codeDigits: number;
}

const hidden = { schema: { hide: true } };
const token = { _csrf: Type.String({ maxLength: 200 }) };
const WayBody = Type.Object(
  { ...token, way: Type.Optional(Type.String({ maxLength: 200 })), again: Type.Optional(Type.Literal("yes")) },
  exact,
);
const CodeBody = Type.Object({ ...token, code: Type.String({ maxLength: 64 }) }, exact);

/** The pages of the second step and of a fresh proof. Each form does one thing and leads to the page that shows what is next (303). */
export function registerProofForms(app: Server, deps: ProofForms): void {
  app.get("/sign-in/proof", hidden, (request, reply) => show(deps, request, reply, false));
  app.get("/sign-in/another-way", hidden, (request, reply) => show(deps, request, reply, true));
  // Where a form was sent to and somebody comes back by hand.
  for (const form of ["way", "code", "cancel", "forgot"])
    app.get(`/sign-in/${form}`, hidden, (_, reply) => reply.redirect("/sign-in/proof", 303));
  app.post("/sign-in/way", { schema: { hide: true, body: WayBody } }, (request, reply) =>
    inProof(request, reply, (proof, bearer) => chooseWay(deps, request, reply, { ...request.body, proof, bearer })),
  );
  app.post("/sign-in/code", { schema: { hide: true, body: CodeBody } }, (request, reply) =>
    inProof(request, reply, (proof, bearer) => checkCode(deps, reply, { code: request.body.code, proof, bearer })),
  );
  app.post("/sign-in/cancel", { schema: { hide: true, body: Type.Object(token, exact) } }, async (request, reply) => {
    const after = pendingProof(request)?.token === undefined ? "/security-info" : "/sign-in";
    forgetProof(reply);
    return reply.redirect(after, 303);
  });
}

async function show({ pages, clock, codeDigits }: ProofForms, request: FastifyRequest, reply: FastifyReply, otherWay: boolean) {
  const proof = pendingProof(request);
  if (proof === null) return reply.redirect("/sign-in", 303);
  const note = readSignInNote(takeNote(request, reply));
  const props = { frame: pages.frame(request, reply), proof, note, now: clock.now(), codeDigits, otherWay };
  return pages.show(reply, <ProofPage {...props} />);
}

/** Runs a form's act with what this browser may prove with. Whoever comes too late signs in again. */
async function inProof(
  request: FastifyRequest,
  reply: FastifyReply,
  act: (proof: PendingProof, bearer: string) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const proof = pendingProof(request);
  const bearer = proof?.token ?? sessionToken(request);
  if (proof === null || bearer === null) return signInAgain(reply);
  try {
    return await act(proof, bearer);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return signInAgain(reply);
    throw error;
  }
}

interface ChosenWay {
  readonly way?: string;
  readonly again?: "yes";
  readonly proof: PendingProof;
  readonly bearer: string;
}

async function chooseWay(deps: ProofForms, request: FastifyRequest, reply: FastifyReply, chosen: ChosenWay): Promise<FastifyReply> {
  const { proof, bearer, again } = chosen;
  if (chosen.way === undefined) return turn(reply, { kind: "way-missing" }, "/sign-in/another-way");
  const asked = readWay(chosen.way);
  if (asked === null) throw new Problem("invalid-request");
  const { language } = deps.pages.frame(request, reply);
  try {
    const { challengeId: id, ...times } = await deps.proofs.request(bearer, asked, { ...requestOrigin(request), language });
    const way = proof.ways.find(({ method, methodId }) => method === asked.method && methodId === asked.methodId) ?? asked;
    const resendAfter = times.resendAfter === null ? null : Date.parse(times.resendAfter);
    keepProof(reply, { ...proof, challenge: { id, way, expiresAt: Date.parse(times.expiresAt), resendAfter } });
    return turn(reply, again === undefined ? null : { kind: "resent" });
  } catch (error) {
    const same = proof.challenge?.way.method === asked.method && proof.challenge.way.methodId === asked.methodId;
    return turn(reply, waitNote(deps, error), same ? "/sign-in/proof" : "/sign-in/another-way");
  }
}

async function checkCode(
  deps: ProofForms,
  reply: FastifyReply,
  { proof, bearer, code }: { proof: PendingProof; bearer: string; code: string },
): Promise<FastifyReply> {
  if (proof.challenge === undefined) return turn(reply, null);
  if (code.trim() === "") return turn(reply, { kind: "code-missing" });
  try {
    const signedIn = await deps.proofs.verify(bearer, proof.challenge.id, code);
    forgetProof(reply);
    return enter(reply, signedIn, proof.after);
  } catch (error) {
    if (error instanceof Problem && error.code === "code-rejected") return turn(reply, { kind: "code-rejected" });
    return turn(reply, waitNote(deps, error));
  }
}

/** Into the house: the session is kept, and what is due comes first. */
export function enter(reply: FastifyReply, signedIn: SignedIn, after: PendingProof["after"] = "/security-info"): FastifyReply {
  keepSession(reply, signedIn.accessToken);
  return reply.redirect(signedIn.interrupts.includes("change-password") ? "/change-password" : after, 303);
}

/** The session is over, or was never there: nothing more is said about why. */
export function signInAgain(reply: FastifyReply): FastifyReply {
  forgetProof(reply);
  forgetSession(reply);
  return turn(reply, { kind: "session-over" }, "/sign-in");
}

/** Post, redirect, get: always 303, so that what was typed is never sent on (security.md O08). */
export function turn(reply: FastifyReply, note: SignInNote | null, path = "/sign-in/proof"): FastifyReply {
  if (note !== null) leaveNote(reply, note);
  return reply.redirect(path, 303);
}

function waitNote({ clock }: ProofForms, error: unknown): SignInNote {
  if (!(error instanceof Problem) || error.code !== "too-many-attempts") throw error;
  return { kind: "wait", until: clock.now() + (error.retryAfter ?? 1) * SECOND };
}
