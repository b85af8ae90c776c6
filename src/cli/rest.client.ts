import { ReadableStream } from "node:stream/web";
import type { ClientConfig } from "../config.ts";
import { type Clock, SECOND, systemClock } from "../kit/clock.ts";
import { Refused, reasonOf } from "./failure.ts";
import { warn } from "./output.process.ts";
import { problemWords } from "./problem-words.ts";

/** The REST API, called as an application. Every call answers the JSON it got, for the caller to look through. @throws Refused */
export interface Api {
  /** Where it is, for telling people. */
  readonly url: string;
  get(path: string, query?: Query): Promise<unknown>;
  /** A call whose answer takes minutes: given up only when nothing comes for five, which is the limit of Node's fetch. */
  getSlowly(path: string, query: Query, broken: string): Promise<unknown>;
  patch(path: string, body: object): Promise<unknown>;
  /**
   * Posts a body as it comes, at the speed at which the service takes it.
   * @param broken what to tell when the connection ends before the answer
   */
  upload(path: string, type: string, body: AsyncIterable<Uint8Array>, broken: string, headers?: Sent["headers"]): Promise<unknown>;
  /** Any other call. */
  call(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, sent?: Sent): Promise<Answered>;
  /** An answer of any length, as it comes. */
  download(path: string, accept: string, query?: Query): Promise<AsyncIterable<Uint8Array>>;
}

type Query = Readonly<Record<string, string | undefined>>;
interface Sent {
  readonly query?: Query;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** What to tell when no answer comes. */
  readonly broken?: string;
}
export interface Answered {
  readonly status: number;
  readonly etag: string | null;
  /** `null` with 204. */
  readonly document: unknown;
}

/** What the service refused with a problem. */
export class RefusedByApi extends Refused {
  readonly status: number;

  constructor(status: number, sentence: string, places: readonly string[]) {
    super(sentence, { places });
    this.status = status;
  }
}

const ANSWER_WITHIN_MS = 30 * SECOND;
/** A token is renewed this long before it expires: a call must not arrive with a dead one. */
const MARGIN_MS = 30 * SECOND;

export function createApi(config: ClientConfig, clock: Clock = systemClock): Api {
  warnOfPlainHttp(config.url);
  const token = tokenOf(config, clock);
  const respond = async (path: string, request: RequestInit, broken?: string): Promise<Response> => {
    const headers = { authorization: `Bearer ${await token()}`, accept: "application/json", ...request.headers };
    return send(config.url, path, { ...request, headers }, broken);
  };
  const call = async (path: string, request: RequestInit, broken?: string): Promise<unknown> =>
    answerOf(config.url, await respond(path, request, broken));
  return {
    url: config.url,
    get: (path, query) => call(path + searchOf(query), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }),
    getSlowly: (path, query, broken) => call(path + searchOf(query), {}, broken),
    patch(path, body) {
      const headers = { "content-type": "application/json" };
      return call(path, { method: "PATCH", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    },
    async call(method, path, { query, body, headers = {}, broken } = {}) {
      const typed = body === undefined ? headers : { "content-type": "application/json", ...headers };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const request = { method, headers: typed, signal: AbortSignal.timeout(ANSWER_WITHIN_MS), ...sent };
      const response = await respond(path + searchOf(query), request, broken);
      const { status } = response;
      const document = status === 204 ? null : await answerOf(config.url, response);
      return { status, etag: response.headers.get("etag"), document };
    },
    async download(path, accept, query) {
      const response = await respond(path + searchOf(query), { headers: { accept } });
      if (!response.ok || !(response.headers.get("content-type") ?? "").startsWith(accept)) await answerOf(config.url, response);
      if (!response.ok || response.body === null) throw notRekey(config.url);
      return response.body;
    },
    upload(path, type, body, broken, headers = {}) {
      // `duplex` and a stream of Node's are what its fetch takes; the type at hand is the browsers'.
      const request = { method: "POST", headers: { ...headers, "content-type": type }, body: ReadableStream.from(body), duplex: "half" };
      return call(path, request as unknown as RequestInit, broken);
    },
  };
}

function searchOf(query: Query = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

/** RFC 6749 §4.4, `client_secret_basic`: id and secret are form-encoded before they go into the header (§2.3.1). */
function tokenOf({ url, clientId, clientSecret }: ClientConfig, clock: Clock): () => Promise<string> {
  let kept = { token: "", until: 0 };
  const encoded = (value: string) => new URLSearchParams([["", value]]).toString().slice(1);
  return async () => {
    if (clock.now() < kept.until) return kept.token;
    const basic = Buffer.from(`${encoded(clientId)}:${encoded(clientSecret.reveal())}`).toString("base64");
    const response = await send(url, "/oauth/token", {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (response.status === 401) throw new Refused(`${url} knows no application with this REKEY_CLIENT_ID and REKEY_CLIENT_SECRET.`);
    const { access_token: token, expires_in: seconds } = (await answerOf(url, response)) as Record<string, unknown>;
    if (typeof token !== "string" || typeof seconds !== "number") throw notRekey(url);
    kept = { token, until: clock.now() + seconds * SECOND - MARGIN_MS };
    return token;
  };
}

/** @param broken what a connection that ends before the answer leaves behind, where it leaves anything */
async function send(url: string, path: string, request: RequestInit, broken?: string): Promise<Response> {
  // A redirect is not followed: it would carry the secret, or half a file, to where the operator did not send it.
  return fetch(new URL(path, url), { ...request, redirect: "manual" }).catch((error: unknown) => {
    // A body that cannot be read to its end (a disk, a pipe) is our own trouble, not the service's.
    const own = [error, (error as Error).cause].find((one) => one instanceof Refused);
    if (own !== undefined) throw own;
    throw new Refused(
      broken === undefined
        ? `${url} does not answer (${reasonOf(error)}): is Rekey running there, and is REKEY_URL right?`
        : `The connection to ${url} broke before it answered (${reasonOf(error)}). ${broken}`,
      { cause: error },
    );
  });
}

async function answerOf(url: string, response: Response): Promise<unknown> {
  const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  const document: unknown = isJson ? await response.json().catch(() => null) : null;
  if (!isJson) await response.body?.cancel();
  if (response.ok && typeof document === "object" && document !== null) return document;
  if (response.ok) throw notRekey(url);
  const location = response.headers.get("location");
  if (response.status >= 300 && response.status < 400 && URL.canParse(location ?? "", url))
    throw new Refused(`${url} sends us on to ${new URL(location ?? "", url).origin}: set REKEY_URL to where Rekey is.`);
  const { sentence, places } = problemWords(response.status, document, response.headers.get("retry-after"));
  throw new RefusedByApi(response.status, sentence, places);
}

/** An answer that is not the one of this call: another program listens there, or another version. */
export function notRekey(url: string): Refused {
  return new Refused(`${url} answers, but not as this Rekey does: is REKEY_URL right, and is the service of the same version?`);
}

function warnOfPlainHttp(url: string): void {
  const { protocol, hostname } = new URL(url);
  const loopback = hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  if (protocol === "http:" && !loopback)
    warn(`${url} is not encrypted: whoever is on the way can read the client secret and everybody's data. Use https.`);
}
