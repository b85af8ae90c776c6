import type { FastifyReply, FastifyRequest } from "fastify";
import type { VNode } from "preact";
import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { SECOND } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import { takeNote } from "../pages/cookies.page.ts";
import type { Frame } from "../pages/frame.ts";
import { sayIn, waitWords } from "../pages/words.ts";
import { SIGN_IN_WORDS } from "./page-words.ts";
import { enter, type ProofForms, registerProofForms, turn } from "./proof-forms.page.tsx";
import type { SignIn } from "./sign-in.ts";
import { forgetProof, forgetSession, keepProof, sessionToken } from "./sign-in-cookies.page.ts";
import { SignInForm } from "./sign-in-form.page.tsx";
import { readSignInNote } from "./sign-in-notes.ts";

export interface SignInPages extends ProofForms {
  readonly signIn: SignIn;
  /** Ends the session that a token of ours names, living or not. */
  readonly signOut: (accessToken: string) => Promise<void>;
  /** The first page of a reset, with the name typed already. */
  readonly forgotPage: (frame: Frame, typed: string) => VNode;
}

const hidden = { schema: { hide: true } };
const token = { _csrf: Type.String({ maxLength: 200 }) };
const fields = { ...token, userPrincipalName: Type.String({ maxLength: 320 }), password: Type.String({ maxLength: 8192 }) };
const SignInBody = Type.Object(fields, exact);

/** `/sign-in` and what belongs to it. No name, token or code is ever part of an address. */
export function registerSignInPages(app: Server, deps: SignInPages): void {
  const { pages } = deps;
  app.get("/sign-in", hidden, async (request, reply) => {
    const frame = pages.frame(request, reply);
    const say = sayIn(SIGN_IN_WORDS, frame.language);
    const note = readSignInNote(takeNote(request, reply));
    const notice = note?.kind === "signed-out" ? say("signedOut") : note?.kind === "session-over" ? say("sessionOver") : undefined;
    return pages.show(reply, <SignInForm frame={frame} notice={notice} />);
  });
  app.post("/sign-in", { schema: { hide: true, body: SignInBody } }, (request, reply) => signInWith(deps, request, reply, request.body));
  app.post("/sign-in/forgot", { schema: { hide: true, body: SignInBody } }, async (request, reply) =>
    // The password that was perhaps typed beside it goes nowhere.
    pages.show(reply, deps.forgotPage(pages.frame(request, reply), request.body.userPrincipalName.trim())),
  );
  app.post("/sign-out", { schema: { hide: true, body: Type.Object(token, exact) } }, async (request, reply) => {
    const accessToken = sessionToken(request);
    if (accessToken !== null) await deps.signOut(accessToken);
    forgetSession(reply);
    forgetProof(reply);
    return turn(reply, { kind: "signed-out" }, "/sign-in");
  });
  registerProofForms(app, deps);
}

/** What cannot sign in is answered on the spot and not by a redirect: the name stays typed, and rests in no cookie. */
async function signInWith(
  deps: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  { userPrincipalName: name, password }: { userPrincipalName: string; password: string },
): Promise<FastifyReply> {
  const { pages } = deps;
  const typed = name.trim();
  const frame = pages.frame(request, reply);
  if (typed === "" || password === "") {
    const missing = { nameMissing: typed === "", passwordMissing: password === "" };
    return pages.show(reply, <SignInForm frame={frame} typed={typed} {...missing} />, 422);
  }
  try {
    const signedIn = await deps.signIn({ userPrincipalName: typed, password }, requestOrigin(request));
    if (signedIn.next !== "second-step") return enter(reply, signedIn);
    keepProof(reply, {
      token: signedIn.token,
      ways: signedIn.methods.map(({ method, methodId, hint }) => ({ method, methodId, hint })),
      after: "/security-info",
    });
    return reply.redirect("/sign-in/proof", 303);
  } catch (error) {
    const trouble = troubleOf(error, frame);
    if (trouble === null) throw error;
    return pages.show(reply, <SignInForm frame={frame} typed={typed} trouble={trouble} />, (error as Problem).status);
  }
}

function troubleOf(error: unknown, frame: Frame): string | null {
  if (!(error instanceof Problem)) return null;
  const say = sayIn(SIGN_IN_WORDS, frame.language);
  if (error.code === "sign-in-failed") return say("signInFailed");
  if (error.code !== "too-many-attempts") return null;
  return say("tooMany", { wait: waitWords(frame.language, (error.retryAfter ?? 1) * SECOND) });
}
