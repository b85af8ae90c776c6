import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Application } from "../builders/application.ts";
import type { Answer, StartedProduct } from "../journeys/product.ts";

export const CSV = { "content-type": "text/csv" } as const;
export const NDJSON = { "content-type": "application/x-ndjson" } as const;

export function importFile(app: Application, body: string, headers: Readonly<Record<string, string>> = CSV): Promise<Answer> {
  return app.call("POST", "/v1/users/import", { body, headers: { ...headers } });
}

export async function rowsOf(app: Application, job: { id: string }, query = "limit=500"): Promise<Answer["json"][]> {
  return (await app.call("GET", `/v1/import-jobs/${job.id}/rows?${query}`)).json.items;
}

/** An upload that is written piece by piece. */
export interface Upload {
  write(text: string): Promise<void>;
  end(): void;
  cut(): void;
  /** Rejects when the connection is lost first. */
  readonly answer: Promise<{ status: number; json: Answer["json"] }>;
}

export function openUpload(run: StartedProduct, app: Application, headers: Readonly<Record<string, string>> = CSV): Upload {
  const sent: ClientRequest = request(new URL("/v1/users/import", run.baseUrl), {
    method: "POST",
    headers: { authorization: `Bearer ${app.token}`, ...headers },
  });
  const answer = new Promise<{ status: number; json: Answer["json"] }>((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", async (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, json: JSON.parse(Buffer.concat(chunks).toString()) });
    });
  });
  answer.catch(() => undefined);
  return {
    write: (text) => new Promise((resolve, reject) => sent.write(text, (error) => (error ? reject(error) : resolve()))),
    end: () => void sent.end(),
    cut: () => void sent.destroy(),
    answer,
  };
}

/** Lines of people `person0`, `person1`, … with a mobile phone and a group. */
export function peopleLines(from: number, to: number): string {
  let lines = "";
  for (let index = from; index < to; index++)
    lines += `person${index}@contoso.example,Person ${index},070-1${String(740_000 + index).padStart(6, "0")},SE,Floor ${index % 7}\r\n`;
  return lines;
}
export const HEADER = "userPrincipalName,displayName,mobile,usageLocation,groups\r\n";
