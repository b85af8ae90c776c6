import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Test } from "tap";

/** How a provider answers once, in place of what it would say. `late`: not at all. `cut`: the connection breaks in the middle of the body. */
export type Answer = Reply | "late" | "cut";

export interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Emulator {
  readonly baseUrl: string;
  readonly calls: readonly Call[];
  /** These answers come next, one for each call that is right, each when it is there; after them all is well again. */
  next(...answers: readonly (Answer | Promise<Answer>)[]): void;
  /** Forgets what was to come: all is well again at once. */
  forget(): void;
}

export interface Vendor {
  /** Reads a call as the vendor's documents say: the answer to one that is wrong, else `null`. */
  judge(call: Call): Reply | null;
  /** Takes one that is right. */
  accept(call: Call): Reply;
}

/** A provider on loopback. */
export async function startEmulator(t: Test, vendor: Vendor): Promise<Emulator> {
  const calls: Call[] = [];
  const queued: (Answer | Promise<Answer>)[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    calls.push(call);
    // A wrong call is told so, whatever was planned: a test of a bad answer must not hide a bad request.
    answer(response, vendor.judge(call) ?? (await queued.shift()) ?? vendor.accept(call));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    calls,
    next: (...answers) => void queued.push(...answers),
    forget: () => void queued.splice(0),
  };
}

function answer(response: ServerResponse, planned: Answer): void {
  if (planned === "late") return;
  if (planned === "cut") {
    response.writeHead(201, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"sid":"half of ', () => response.destroy());
    return;
  }
  const { status, headers = {}, body } = planned;
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers }).end(text);
}
