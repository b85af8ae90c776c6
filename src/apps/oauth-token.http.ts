import formbody from "@fastify/formbody";
import { Type } from "typebox";
import { requestOrigin } from "../http/request-origin.ts";
import { answers, exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { tooManyAttempts } from "../kit/problem.ts";
import { SCOPES } from "../kit/rights.ts";
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from "../sign-in/access-tokens.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
import { sourceNetwork } from "../throttle/source.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { AppStore } from "./app-store.ts";

interface TokenRoute {
  readonly apps: AppStore;
  readonly tokens: AccessTokens;
  readonly throttle: ThrottleStore;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly limits: Limits;
}

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
/** Parameters that nobody here knows are left alone (RFC 6749 §3.2): clients send `audience` and the like. */
const TokenBody = Type.Object({ grant_type: text(100), scope: text(1000), client_id: text(200), client_secret: text(200) });
const TokenAnswer = Type.Object(
  { access_token: Type.String(), token_type: Type.Literal("Bearer"), expires_in: Type.Integer(), scope: Type.String() },
  exact,
);
/** RFC 6749 §5.2: this one endpoint answers errors in the form that OAuth clients read. */
const OAuthError = Type.Object({ error: Type.String(), error_description: Type.Optional(Type.String()) }, exact);

/** Tokens for applications: client credentials, `client_secret_basic` or `client_secret_post` (RFC 6749 §4.4, §2.3.1). */
export async function registerTokenRoute(app: Server, use: TokenRoute): Promise<void> {
  await app.register(async (scope: Server) => {
    await scope.register(formbody);
    scope.post(
      "/oauth/token",
      {
        schema: {
          tags: ["Applications"],
          summary: "A token for an application",
          security: [{ client: [] }],
          consumes: ["application/x-www-form-urlencoded"],
          body: TokenBody,
          response: answers({ 200: TokenAnswer, 400: OAuthError, 401: OAuthError }, 429, 503),
        },
        // Answered here, in the form that OAuth clients read: a parameter twice, or too long.
        attachValidation: true,
      },
      async (request, reply) => {
        const { grant_type: grantType, scope: wanted } = request.validationError === undefined ? request.body : {};
        if (grantType === undefined)
          return reply.code(400).send({ error: "invalid_request", error_description: "A parameter is missing, or wrong." });
        if (grantType !== "client_credentials") return reply.code(400).send({ error: "unsupported_grant_type" });
        const client = clientOf(request.headers.authorization, request.body);
        if (client === "several") return reply.code(400).send({ error: "invalid_request", error_description: "Authenticate in one way." });
        const found = client === null ? null : await use.apps.authenticate(client.id, client.secret);
        if (found === null) {
          await countFailure(use, requestOrigin(request).address);
          return reply.code(401).header("www-authenticate", 'Basic realm="rekey"').send({ error: "invalid_client" });
        }
        const asked = wanted === undefined || wanted === "" ? found.scopes : [...new Set(wanted.split(" "))];
        if (!asked.every((word) => found.scopes.includes(word) && (SCOPES as readonly string[]).includes(word)))
          return reply.code(400).send({ error: "invalid_scope" });
        const granted = asked.join(" ");
        const token = use.tokens.sign({ sub: found.id, tid: found.tenantId, kind: "app", scope: granted });
        return reply
          .header("pragma", "no-cache")
          .send({ access_token: token, token_type: "Bearer" as const, expires_in: ACCESS_TOKEN_SECONDS, scope: granted });
      },
    );
  });
}

async function countFailure({ throttle, sealer, clock, limits }: TokenRoute, address: string): Promise<void> {
  const now = clock.now();
  const windows = await throttle.take(`clients:source:${sealer.tag("source", sourceNetwork(address))}`, limits.failedClientsOfSource, now);
  const verdict = judge(windows, limits.failedClientsOfSource, now);
  if (verdict.over) throw tooManyAttempts(verdict.retryAt - now);
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they go into the Basic header. */
function clientOf(
  header: string | undefined,
  body: { client_id?: string; client_secret?: string },
): { id: string; secret: string } | null | "several" {
  const basic = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(header ?? "")?.[1];
  if (basic !== undefined && body.client_secret !== undefined) return "several";
  if (basic === undefined)
    return body.client_id === undefined || body.client_secret === undefined ? null : { id: body.client_id, secret: body.client_secret };
  const decoded = Buffer.from(basic, "base64").toString();
  const colon = decoded.indexOf(":");
  if (colon < 0) return null;
  try {
    return {
      id: decodeURIComponent(decoded.slice(0, colon).replaceAll("+", " ")),
      secret: decodeURIComponent(decoded.slice(colon + 1).replaceAll("+", " ")),
    };
  } catch {
    return null;
  }
}
