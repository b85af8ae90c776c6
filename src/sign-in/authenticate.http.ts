import { bearerToken } from "../http/bearer.ts";
import type { Authenticate, AuthorizeApp } from "../http/caller.ts";
import { Problem } from "../kit/problem.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { CredentialVersions } from "./credential-versions.ts";

interface Deps {
  readonly tokens: AccessTokens;
  readonly versions: CredentialVersions;
  /** The version PostgreSQL knows, where the session store has none; `null` for somebody who is gone or disabled. */
  readonly storedVersion: (userId: string) => Promise<number | null>;
}

/** A token of a person is good only while the credential version it was made under is the present one (security.md L01). */
export function createAuthenticate({ tokens, versions, storedVersion }: Deps): Authenticate {
  const presentVersion = async (userId: string): Promise<number | null> => {
    const known = await versions.read(userId);
    if (known !== null) return known;
    const stored = await storedVersion(userId);
    if (stored !== null) await versions.raise(userId, stored);
    return stored;
  };
  return async (request) => {
    const claims = tokens.verify(bearerToken(request));
    if (claims === null || claims.limit !== undefined) throw new Problem("unauthenticated");
    if (claims.kind === "app") return { kind: "app", id: claims.sub, tenantId: claims.tid, scopes: (claims.scope ?? "").split(" ") };
    if ((await presentVersion(claims.sub)) !== claims.cv) throw new Problem("unauthenticated");
    return { kind: "user", id: claims.sub, tenantId: claims.tid };
  };
}

/** Applications with the scope; people's own tokens reach the administration with the roles, which come later. */
export function createAuthorizeApp(authenticate: Authenticate): AuthorizeApp {
  return async (request, scope) => {
    const caller = await authenticate(request);
    if (caller.kind !== "app")
      throw new Problem("forbidden", { extensions: { missing: ["role"], reason: "Only applications may call this yet." } });
    if (!caller.scopes.includes(scope))
      throw new Problem("forbidden", { extensions: { missing: ["scope"], reason: `The scope ${scope} is needed.` } });
    return caller;
  };
}
