import { Type } from "typebox";
import { type Authenticate, demandPerson } from "../http/caller.ts";
import { requestOrigin } from "../http/request-origin.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import { OfferedMethodSchema } from "../resets/challenge-schemas.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { SignIn } from "./sign-in.ts";
import { Done, Interrupted } from "./signed-in-answer.http.ts";
import { jwks, type TokenKeys } from "./token-keys.ts";

interface SignInRoutes {
  readonly signIn: SignIn;
  readonly authenticate: Authenticate;
  readonly accounts: AccountStore;
  readonly tokenKeys: TokenKeys;
}

const SignInBody = Type.Object(
  {
    userPrincipalName: Type.String({ minLength: 1, maxLength: 320 }),
    password: Type.String({ minLength: 1, maxLength: 8192 }),
    secondStep: Type.Optional(Type.Literal(true, { description: "Ask for a second step also where none is demanded" })),
  },
  exact,
);
/** The right password, and a second step is due. */
const SecondStepDue = Type.Object(
  { next: Type.Literal("second-step"), token: Type.String(), methods: Type.Array(OfferedMethodSchema) },
  exact,
);
const Me = Type.Object(
  {
    id: Type.String(),
    userPrincipalName: Type.String(),
    displayName: Type.Union([Type.String(), Type.Null()]),
    roles: Type.Array(Type.String()),
  },
  exact,
);
const Jwks = Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) }, exact);

/** Signing in to the built-in directory with a password (contract, section 4), and the profile of who signed in. */
export function registerSignInRoutes(app: Server, use: SignInRoutes): void {
  app.post(
    "/v1/sign-in",
    {
      schema: {
        tags: ["Sign in"],
        summary: "Sign in with a password",
        body: SignInBody,
        response: answers({ 200: Type.Union([Done, Interrupted, SecondStepDue]) }, 400, 401, 413, 415, 429, 503),
      },
    },
    async (request) => {
      const signedIn = await use.signIn(request.body, requestOrigin(request));
      if (signedIn.next === "second-step") return { ...signedIn, methods: [...signedIn.methods] };
      return { ...signedIn, interrupts: [...signedIn.interrupts] };
    },
  );
  app.get(
    "/v1/me",
    {
      schema: {
        tags: ["The signed-in person"],
        summary: "The own profile",
        security: [{ accessToken: [] }],
        response: answers({ 200: Me }, 401, 403, 503),
      },
    },
    async (request) => {
      const caller = demandPerson(await use.authenticate(request));
      const account = await use.accounts.findById(caller.id, "");
      if (account === null) throw new Problem("unauthenticated");
      const { id, userPrincipalName, displayName, roles } = account;
      return { id, userPrincipalName, displayName, roles: [...roles] };
    },
  );
  app.get(
    "/.well-known/jwks.json",
    { schema: { tags: ["Sign in"], summary: "The keys of access tokens", response: answers({ 200: Jwks }) } },
    async (_request, reply) => reply.header("cache-control", "public, max-age=60").send(jwks(use.tokenKeys.all())),
  );
}
