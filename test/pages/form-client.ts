import type { StartedProduct } from "../journeys/product.ts";

export interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
}

/** A browser as small as can be: it keeps cookies, follows no redirect, and sends what a browser sends with a form of its own page. */
export interface FormClient {
  readonly cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Shown>;
  /** Posts fields, with the token of the last page unless one is given. Repeated fields are given as pairs. */
  post(
    path: string,
    fields: Record<string, string> | readonly (readonly [string, string])[],
    headers?: Record<string, string>,
  ): Promise<Shown>;
  /** Posts, and shows where it leads. */
  submit(path: string, fields: Record<string, string>): Promise<Shown>;
  /** A hidden field of the last page. */
  hidden(name: string): string;
}

/** What Chromium sends with a form of ours: under `no-referrer` its origin is `null`. */
export const OWN_FORM = { origin: "null", "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate" } as const;

export function createFormClient({ baseUrl }: Pick<StartedProduct, "baseUrl">): FormClient {
  const cookies = new Map<string, string>();
  let last = "";
  const send = async (path: string, init: RequestInit): Promise<Shown> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { accept: "text/html", ...(init.headers as Record<string, string>), ...(cookie === "" ? {} : { cookie }) };
    const answer = await fetch(`${baseUrl}${path}`, { ...init, headers, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) keep(cookies, line);
    const html = await answer.text();
    if (answer.status !== 303) last = html;
    return { status: answer.status, headers: answer.headers, html };
  };
  const client: FormClient = {
    cookies,
    get: (path, headers = {}) => send(path, { headers }),
    post(path, fields, headers = OWN_FORM) {
      const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
      const own = pairs.some(([name]) => name === "_csrf") ? [] : [["_csrf", client.hidden("_csrf")]];
      return send(path, { method: "POST", headers, body: new URLSearchParams([...own, ...pairs]) });
    },
    async submit(path, fields) {
      const answer = await client.post(path, fields);
      return answer.status === 303 ? client.get(answer.headers.get("location") ?? "") : answer;
    },
    hidden: (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(last)?.[1] ?? "",
  };
  return client;
}

function keep(cookies: Map<string, string>, line: string): void {
  const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (/expires=Thu, 01 Jan 1970|max-age=0/i.test(line)) cookies.delete(name);
  else cookies.set(name, decodeURIComponent(value));
}
