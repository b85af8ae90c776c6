import { Agent, type IncomingMessage, request } from "node:http";

/** Calls over connections that stay open. */
export interface HttpClient {
  /** @throws when the status is another one: a refusal costs less than what is measured */
  post<Body>(path: string, call: { body: object; token?: string; status: number }): Promise<Body>;
  close(): void;
}

/** @param connections at most */
export function createHttpClient(baseUrl: string, connections: number): HttpClient {
  const { hostname, port } = new URL(baseUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    post(path, { body, token, status }) {
      const text = JSON.stringify(body);
      const headers = {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      return new Promise((resolve, reject) => {
        const outgoing = request({ hostname, port, path, method: "POST", agent, headers }, (answer) => {
          textOf(answer).then((received) => {
            if (answer.statusCode === status) resolve(received === "" ? null : JSON.parse(received));
            else reject(new Error(`POST ${path} answered ${answer.statusCode}, not ${status}: ${received}`));
          }, reject);
        });
        outgoing.on("error", reject);
        outgoing.end(text);
      });
    },
    close: () => agent.destroy(),
  };
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer) text += chunk;
  return text;
}
