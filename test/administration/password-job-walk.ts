import type { Answer, CallOptions, StartedProduct } from "../journeys/product.ts";
import { until } from "../journeys/product.ts";

export interface Caller {
  call(method: string, path: string, options?: Omit<CallOptions, "token">): Promise<Answer>;
}

export const RESETS = "/v1/password-reset-jobs";
export const CHANGES = "/v1/password-change-jobs";
export const CSV = { "content-type": "text/csv" } as const;

/** Starts a job and waits for its end. Answers it as it was then. */
export async function doneJob(who: Caller, body: object, path = RESETS): Promise<Answer["json"]> {
  return over(who, await started(who, body, path), path);
}

export async function started(who: Caller, body: object | string, path = RESETS, headers: Record<string, string> = {}): Promise<string> {
  const answer = await who.call("POST", path, { body, headers });
  if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.text}`);
  return answer.json.id;
}

export async function over(who: Caller, id: string, path = RESETS): Promise<Answer["json"]> {
  let job: Answer["json"];
  await until(async () => {
    job = (await who.call("GET", `${path}/${id}`)).json;
    return job.state !== "running";
  });
  return job;
}

export async function rowsOf(who: Caller, id: string, path = RESETS): Promise<Answer["json"][]> {
  const answer = await who.call("GET", `${path}/${id}/results?limit=500`);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
  return answer.json.items;
}

/** How a person's password stands. */
export async function passwordOf(run: Pick<StartedProduct, "connection">, userId: string) {
  const { rows } = await run.connection.pool.query(
    `select u.credential_version as version, p.must_change as "mustChange", p.temporary, p.expires_at as "expiresAt", p.suspended,
       (select count(*)::integer from password_history h where h.user_id = u.id) as former
     from users u left join passwords p on p.user_id = u.id where u.id = $1`,
    [userId],
  );
  return rows[0];
}
