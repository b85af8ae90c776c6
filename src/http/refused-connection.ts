import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { Problem } from "../kit/problem.ts";
import { PROBLEM_TYPE, problemDocument } from "./problem-answer.ts";

/** What could not be read as HTTP gets a problem too, and the end of the connection (security.md N01, N10). */
export function createConnectionRefusal(publicUrl: string) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status } = new Problem("invalid-request");
    const document = problemDocument(new Problem("invalid-request", { detail: "This is no HTTP request that can be read." }), publicUrl);
    const body = JSON.stringify(document);
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        `content-type: ${PROBLEM_TYPE}`,
        `content-length: ${Buffer.byteLength(body)}`,
        "cache-control: no-store",
        "connection: close",
        "",
        body,
      ].join("\r\n"),
    );
  };
}
