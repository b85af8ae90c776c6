import { Type } from "typebox";
import { exact } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import { Problem } from "../kit/problem.ts";
import type { BrandStore } from "./brand-store.pg.ts";
import { ACCENT_PATH, accentStyle, LOGO_PATH } from "./branding.ts";

const KEPT = "public, max-age=31536000, immutable";
const Color = Type.Object({ file: Type.String({ pattern: "^[0-9a-f]{6}\\.css$" }) }, exact);
const Logo = Type.Object({ file: Type.String({ pattern: "^[A-Za-z0-9_-]{32}\\.png$" }) }, exact);

/**
 * What makes a page look like an organisation's, from our own origin: a style sheet by its colour, a picture by its digest. Whoever has the
 * address has seen the page it is on.
 */
export function registerBranding(scope: Server, { logo }: Pick<BrandStore, "logo">): void {
  scope.get(`${ACCENT_PATH}:file`, { schema: { hide: true, params: Color } }, async (request, reply) =>
    reply
      .header("cache-control", KEPT)
      .type("text/css; charset=utf-8")
      .send(accentStyle(`#${request.params.file.slice(0, 6)}`)),
  );
  scope.get(`${LOGO_PATH}:file`, { schema: { hide: true, params: Logo } }, async (request, reply) => {
    const png = await logo(request.params.file.slice(0, -4));
    if (png === null) throw new Problem("not-found");
    // Not for ever: a suspended organisation's is gone within the hour.
    return reply.header("cache-control", "public, max-age=3600").type("image/png").send(png);
  });
}
