/**
 * The closed table of refusals that end a request: code → status, title, and what the page at `/problems/{code}` says.
 * RFC 9457: `type` is `{PUBLIC_URL}/problems/{code}`, `title` is stable, machine data goes into extensions.
 */
export const PROBLEMS = {
  "invalid-request": [
    400,
    "The request is not valid",
    "A field is missing, unknown, of the wrong type or too long. `errors` lists each place.",
  ],
  "invalid-client": [401, "The client could not be authenticated", "The client id or the client secret is wrong."],
  unauthenticated: [
    401,
    "Authentication is needed",
    "Send `Authorization: Bearer <access token>`. The token may have expired or been revoked.",
  ],
  "invalid-reset-token": [
    401,
    "The reset is over",
    "The reset is unknown, expired, finished or cancelled, or the token belongs to another one. Start again.",
  ],
  "reauthentication-required": [
    401,
    "A fresh proof is needed",
    "Prove again who you are (`POST /v1/sign-in/challenges` with the access token), then send the call again within five minutes.",
  ],
  "sign-in-failed": [401, "Sign-in failed", "The user name or the password is wrong, or this account cannot sign in now."],
  forbidden: [403, "Not allowed", "`missing` names what the caller lacks: a role, a scope, an entitlement, or a right over the target."],
  "gates-not-passed": [403, "More proof is needed", "A new password can be set only when every gate of this reset is passed."],
  "cannot-reset": [403, "This account cannot be reset here", "Shown only where the tenant chose helpful answers. `reason` says why."],
  "proof-of-work-required": [
    403,
    "Proof of work is needed",
    "Too many calls came from here. Solve `challenge` (ALTCHA) and send it as `proofOfWork`, or wait and send `challenge.wait`.",
  ],
  "origin-not-allowed": [
    403,
    "This origin may not call",
    "State-changing calls by a browser are taken from our own origin and from CORS_ORIGINS.",
  ],
  "not-found": [404, "Not found", "There is nothing at this address, or the caller may not see it."],
  "method-not-allowed": [405, "This method is not allowed here", "`Allow` lists the methods of this address."],
  "not-acceptable": [406, "Not acceptable", "No representation fits the Accept header."],
  conflict: [409, "Conflict", "The thing exists already, or has changed in the meantime."],
  "idempotency-key-in-use": [409, "The first call with this key is still running", "Ask again in a moment with the same Idempotency-Key."],
  "precondition-failed": [412, "It has changed since you read it", "Read it again, and send the new ETag as If-Match."],
  "payload-too-large": [413, "The body is too large", "Send less, or in parts."],
  "unsupported-media-type": [415, "This content type is not understood", "The documentation of the call lists the types it takes."],
  "code-rejected": [422, "The code was not accepted", "It is wrong, expired, used, replaced by a newer one, or of another reset."],
  "password-rejected": [
    422,
    "The new password was not accepted",
    "`reasons` says why. Nothing is used up: choose another and send it again.",
  ],
  "idempotency-key-reused": [422, "This Idempotency-Key belongs to another request", "Use a new key for a new request."],
  "no-mail-address": [
    422,
    "There is no mail address to send to",
    "The person has no stored mail address. Nothing was changed: name one as `emailTo`, or give a temporary password.",
  ],
  "two-gate-floor": [
    422,
    "Administrators always need two gates",
    "The administrator policy can be switched off or tightened, never weakened.",
  ],
  "import-refused": [422, "The file cannot be read", "`detail` says what is wrong with the file as a whole."],
  "precondition-required": [428, "If-Match is needed", "Send the ETag you read, so that nobody's change is lost."],
  "too-many-attempts": [429, "Too many attempts", "Wait for as long as Retry-After says."],
  "internal-error": [500, "Something went wrong on our side", "It has been recorded under the request id of this answer."],
  "directory-unavailable": [503, "The directory cannot be reached", "The password was not changed. Try again in a few minutes."],
  unavailable: [503, "The service cannot answer now", "A part that it depends on is away, or it is busy. Try again as Retry-After says."],
} as const satisfies Record<string, readonly [status: number, title: string, help: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A refusal that ends a request. Thrown anywhere, translated in one place (`http/problem-answer.ts`). */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  /** Extension members of the problem document (RFC 9457 §3.2). */
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Seconds for `Retry-After`, where waiting helps. */
  readonly retryAfter: number | undefined;
  /** The challenge of a 401 that asks for more than any token (RFC 9470). */
  readonly wwwAuthenticate: string | undefined;

  constructor(
    code: ProblemCode,
    options: { detail?: string; extensions?: Record<string, unknown>; retryAfter?: number; wwwAuthenticate?: string; cause?: unknown } = {},
  ) {
    super(options.detail ?? PROBLEMS[code][1], options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.status = PROBLEMS[code][0];
    this.extensions = { ...(options.detail === undefined ? {} : { detail: options.detail }), ...options.extensions };
    this.retryAfter = options.retryAfter;
    this.wwwAuthenticate = options.wwwAuthenticate;
  }
}

/** 429 with the whole seconds to wait, at least one (RFC 6585 §4). */
export function tooManyAttempts(retryAfterMs: number): Problem {
  return new Problem("too-many-attempts", { retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1000)) });
}
