import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { Server } from "../http/server.ts";

const FOLDER = fileURLToPath(new URL("./assets/", import.meta.url));
const PREFIX = "/assets/";
const YEAR_SECONDS = 31_536_000;

/** The address of a static file, with the hash of its content, so that it may be kept for ever and never be stale. */
export type AssetAddress = (name: string) => string;

/** Style sheet, scripts and icon: a handful, read once to be named by their content. @throws for a name that is not among them */
export function readAssets(): AssetAddress {
  const hashes = new Map(readdirSync(FOLDER).map((name) => [name, hashOf(readFileSync(`${FOLDER}${name}`))]));
  return (name) => {
    const hash = hashes.get(name);
    if (hash === undefined) throw new Error(`there is no asset ${name}`);
    return `${PREFIX}${name}?v=${hash}`;
  };
}

/**
 * Serves them. Only an address with the right hash may be kept without asking again: in a roll-out a page of the new version may ask a
 * process of the old one, and what that one answers must not stay.
 */
export async function serveAssets(app: Server, address: AssetAddress): Promise<void> {
  await app.register(async (scope: Server) => {
    scope.addHook("onRequest", async (request, reply) => {
      const [path = ""] = request.url.split("?", 1);
      const name = path.slice(PREFIX.length);
      const current = request.url === addressOf(name);
      reply.header("cache-control", current ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache");
    });
    // Asked for by browsers where a page names no icon.
    scope.get("/favicon.ico", { schema: { hide: true } }, (_, reply) => reply.redirect(address("rekey.svg"), 302));
    await scope.register(fastifyStatic, {
      root: FOLDER,
      prefix: PREFIX,
      wildcard: false,
      index: false,
      decorateReply: false,
      // The hook above decides; validators stay.
      cacheControl: false,
    });
  });

  function addressOf(name: string): string | null {
    try {
      return address(name);
    } catch {
      return null;
    }
  }
}

function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, 12);
}
