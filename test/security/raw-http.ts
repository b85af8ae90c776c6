import { connect } from "node:net";
import type { StartedProduct } from "../journeys/product.ts";

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; the last of equal ones. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends these bytes as they are and reads until the server closes: for requests that no client library would make. */
export function raw(run: StartedProduct, request: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(run.baseUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    const done = () => {
      const text = Buffer.concat(chunks).toString();
      if (text === "") return reject(new Error("the server closed without an answer"));
      resolve(parse(text));
    };
    // A server that refuses a long body may close before all of it is sent.
    socket.on("error", done).on("close", done);
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.write(typeof request === "string" ? Buffer.from(request) : request);
  });
}

function parse(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { status: Number(first.split(" ")[1]), headers, body: unchunked(headers, rest.join("\r\n\r\n")) };
}

function unchunked(headers: Readonly<Record<string, string>>, body: string): string {
  return headers["transfer-encoding"] === "chunked" ? body.replace(/^[0-9a-f]+\r\n|\r\n(?:[0-9a-f]+\r\n)?/gi, "") : body;
}
