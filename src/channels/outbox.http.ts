import type { FastifyRequest } from "fastify";
import type { Server } from "../http/server.ts";
import { escapeHtml } from "../kit/escape-html.ts";
import { Problem } from "../kit/problem.ts";
import type { Outbox } from "./messages.outbox.ts";

const LOOPBACK_HOST = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;
const LOOPBACK_PEER = /^(::1|127\.|::ffff:127\.)/;
/** What proxies add, by whatever name they call the client's address. */
const FORWARDING = /^(forwarded|via)$|^x-(forwarded|original|real|client|cluster|remote|envoy|proxy)|(client|connecting|real)-ip$/;

/**
 * `GET /dev/outbox`: the messages that no provider took, for whoever sits at this very machine. It shows codes, so it is there for a
 * loopback peer that asks for a loopback name and came through no proxy, and nowhere else: a name that is pointed here from outside
 * (DNS rebinding) fails on `Host`. `compose` registers it only outside production and only while the outbox stands in.
 */
export function registerOutboxRoute(app: Server, outbox: Outbox): void {
  app.get("/dev/outbox", { schema: { hide: true } }, async (request, reply) => {
    if (!isLocal(request)) throw new Problem("not-found");
    const items = await outbox.list();
    const wantsPage = (request.headers.accept ?? "").includes("text/html");
    if (!wantsPage) return { items };
    return reply.type("text/html; charset=utf-8").send(page(items));
  });
}

function isLocal(request: FastifyRequest): boolean {
  const { headers, socket, raw } = request;
  return (
    // An absolute target is what a proxy is asked for, and stands above Host (RFC 9112 §3.2.2).
    raw.url?.startsWith("/") === true &&
    LOOPBACK_PEER.test(socket.remoteAddress ?? "") &&
    LOOPBACK_HOST.test(headers.host ?? "") &&
    !Object.keys(headers).some((name) => FORWARDING.test(name))
  );
}

function page(items: Awaited<ReturnType<Outbox["list"]>>): string {
  const rows = items.map(
    (item) =>
      `<article><h2>${escapeHtml(item.subject ?? item.channel)}</h2><p>${escapeHtml(item.channel)} → ${escapeHtml(item.to)} · <time>${escapeHtml(item.createdAt)}</time></p><pre>${escapeHtml(item.text)}</pre></article>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Outbox · Rekey</title><link rel="stylesheet" href="/assets/rekey.css"></head><body><main><h1>Outbox</h1><p>Messages that would have been sent, newest first.</p>${rows.join("") || "<p>Nothing yet.</p>"}</main></body></html>`;
}
